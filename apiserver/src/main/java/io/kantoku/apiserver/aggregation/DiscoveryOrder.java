package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.registry.ApiPriority;
import io.kantoku.apiserver.registry.VersionOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The order of groups and versions by their APIServices (kube-aggregator's {@code SortedByGroupAndVersion}): a group is as important as its
 * most important version says, groups of one priority go by the name of their first APIService. Pure.
 */
final class DiscoveryOrder {
    private static final String FIRST = "apiregistration.k8s.io";

    /** Of nothing. */
    static final DiscoveryOrder NONE = new DiscoveryOrder(List.of(), List.of());

    private final Map<String, Integer> groups = new HashMap<>();
    private final Map<String, Integer> versions = new HashMap<>();

    /** @param remote those that have no APIService too */
    DiscoveryOrder(List<KubeObject> services, List<RemoteApi> remote) {
        remote.forEach(api -> {
            groups.merge(api.group(), api.groupPriority(), Math::max);
            versions.put(api.groupVersion(), api.versionPriority());
        });
        for (KubeObject service : services) {
            JsonNode spec = service.at("spec");
            String group = spec.path("group").asText();
            groups.merge(group, spec.path("groupPriorityMinimum").asInt(), Math::max);
            versions.put(
                    group + "/" + spec.path("version").asText(),
                    spec.path("versionPriority").asInt());
        }
    }

    /** Sorts the entries of groups; each has its versions in order, in {@code versions}. */
    void sortGroups(ArrayNode entries, Function<JsonNode, String> name) {
        sort(
                entries,
                Comparator.comparingInt((JsonNode entry) -> priority(name.apply(entry)))
                        .reversed()
                        .thenComparing(entry ->
                                entry.path("versions").path(0).path("version").asText() + "." + name.apply(entry)));
    }

    /** Sorts the entries of one group's versions. */
    void sortVersions(ArrayNode entries, String group) {
        Function<JsonNode, String> version = entry -> entry.path("version").asText();
        sort(
                entries,
                Comparator.comparingInt((JsonNode entry) ->
                                versions.getOrDefault(group + "/" + version.apply(entry), ApiPriority.CUSTOM.version()))
                        .reversed()
                        .thenComparing(version, VersionOrder.NEWEST_FIRST));
    }

    private int priority(String group) {
        return group.equals(FIRST) ? Integer.MAX_VALUE : groups.getOrDefault(group, ApiPriority.CUSTOM.group());
    }

    private static void sort(ArrayNode entries, Comparator<JsonNode> order) {
        List<JsonNode> sorted = new ArrayList<>();
        entries.forEach(sorted::add);
        sorted.sort(order);
        entries.removeAll();
        sorted.forEach(entries::add);
    }
}
