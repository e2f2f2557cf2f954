package io.kantoku.controllers.roles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Fills in the rules of ClusterRoles with an {@code aggregationRule} from those that its selectors find. A request stands for
 * all roles of a cluster: any of them may count for any other, and there are few.
 */
public final class RoleAggregation implements Reconciler {
    private static final NamespacedName ALL = NamespacedName.clusterScoped("all");

    private final Clusters clusters;

    public RoleAggregation(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Leads from a role whose rules or labels changed to the roles of its cluster. */
    public static Mapper roles() {
        Mapper all = (cluster, role, previous) -> List.of(new Request(cluster, ALL));
        return all.whenChanged((before, after) -> !before.at("rules").equals(after.at("rules"))
                || !before.at("aggregationRule").equals(after.at("aggregationRule"))
                || !before.at("metadata", "labels").equals(after.at("metadata", "labels")));
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        List<KubeObject> roles = client.list(Resources.CLUSTER_ROLES, Query.all()).items().stream()
                .sorted(Comparator.comparing(KubeObject::name))
                .toList();
        for (KubeObject role : roles) {
            JsonNode selectors = role.at("aggregationRule", "clusterRoleSelectors");
            if (role.deleting() || selectors.isEmpty()) {
                continue;
            }
            Set<JsonNode> rules = collect(role, selectors, roles);
            if (!rules.equals(Set.copyOf(present(role)))) {
                KubeObject next = role.copy();
                ArrayNode array = next.json().putArray("rules");
                rules.forEach(rule -> array.add(rule.deepCopy()));
                client.update(Resources.CLUSTER_ROLES, next);
            }
        }
        return Result.done();
    }

    private static Set<JsonNode> collect(KubeObject role, JsonNode selectors, List<KubeObject> roles) {
        Set<JsonNode> rules = new LinkedHashSet<>();
        for (JsonNode selector : selectors) {
            LabelSelector labels = LabelSelector.fromJson(selector);
            for (KubeObject other : roles) {
                if (!other.name().equals(role.name()) && labels.matches(other.labels())) {
                    rules.addAll(present(other));
                }
            }
        }
        return rules;
    }

    private static List<JsonNode> present(KubeObject role) {
        Set<JsonNode> rules = new LinkedHashSet<>();
        role.at("rules").forEach(rules::add);
        return List.copyOf(rules);
    }
}
