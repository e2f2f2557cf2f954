package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds remote APIs to discovery documents. Pure. */
public final class RemoteDiscovery {
    private final List<RemoteApi> apis;
    private final DiscoveryOrder order;
    private final Map<String, ObjectNode> resources;

    /**
     * @param order that of all group versions, local ones too
     * @param resources the {@code APIResourceList} of each group version that has answered
     */
    RemoteDiscovery(List<RemoteApi> apis, DiscoveryOrder order, Map<String, ObjectNode> resources) {
        this.apis = apis;
        this.order = order;
        this.resources = resources;
    }

    /** Whether there is nothing to add. */
    public boolean isEmpty() {
        return apis.isEmpty();
    }

    /** Whether a group has versions that other servers serve. */
    public boolean has(String group) {
        return apis.stream().anyMatch(api -> api.group().equals(group));
    }

    private Map<String, List<RemoteApi>> byGroup() {
        Map<String, List<RemoteApi>> groups = new LinkedHashMap<>();
        apis.forEach(api ->
                groups.computeIfAbsent(api.group(), absent -> new ArrayList<>()).add(api));
        return groups;
    }

    /** Adds groups and versions to an {@code APIGroupList}. */
    public void addTo(ObjectNode groupList) {
        ArrayNode groups = groupList.withArrayProperty("groups");
        byGroup().forEach((group, versions) -> group(find(groups, "name", group), groups, group, versions));
        order.sortGroups(groups, entry -> entry.path("name").asText());
    }

    /** Adds the versions of a group to its {@code APIGroup}. */
    public void addTo(ObjectNode group, String name) {
        versions(group, name, byGroup().getOrDefault(name, List.of()));
    }

    private void group(@Nullable ObjectNode present, ArrayNode groups, String name, List<RemoteApi> versions) {
        ObjectNode group = present;
        if (group == null) {
            group = groups.addObject().put("name", name);
        }
        versions(group, name, versions);
    }

    private void versions(ObjectNode group, String name, List<RemoteApi> apis) {
        ArrayNode versions = group.withArrayProperty("versions");
        for (RemoteApi api : apis) {
            if (find(versions, "version", api.version()) == null) {
                versions.addObject().put("groupVersion", api.groupVersion()).put("version", api.version());
            }
        }
        order.sortVersions(versions, name);
        if (!versions.isEmpty()) {
            group.set("preferredVersion", versions.get(0).deepCopy());
        }
    }

    private static @Nullable ObjectNode find(ArrayNode array, String field, String value) {
        for (JsonNode each : array) {
            if (each.path(field).asText().equals(value) && each instanceof ObjectNode object) {
                return object;
            }
        }
        return null;
    }

    /** Adds groups to an {@code APIGroupDiscoveryList}; versions whose server has not answered are stale. */
    public void addToAggregated(ObjectNode list) {
        ArrayNode items = list.withArrayProperty("items");
        byGroup().forEach((name, remote) -> {
            ObjectNode item = null;
            for (JsonNode each : items) {
                if (each.path("metadata").path("name").asText().equals(name) && each instanceof ObjectNode object) {
                    item = object;
                }
            }
            if (item == null) {
                item = items.addObject();
                item.putObject("metadata").put("name", name).putNull("creationTimestamp");
                item.putArray("versions");
            }
            ArrayNode versions = item.withArrayProperty("versions");
            for (RemoteApi api : remote) {
                if (find(versions, "version", api.version()) == null) {
                    version(versions.addObject(), api);
                }
            }
            order.sortVersions(versions, name);
        });
        order.sortGroups(items, entry -> entry.path("metadata").path("name").asText());
    }

    private void version(ObjectNode version, RemoteApi api) {
        version.put("version", api.version());
        ObjectNode known = resources.get(api.groupVersion());
        if (known != null) {
            ArrayNode list = version.putArray("resources");
            Map<String, ObjectNode> byName = new LinkedHashMap<>();
            for (JsonNode resource : known.path("resources")) {
                resource(list, byName, resource, api);
            }
        }
        version.put("freshness", known == null ? "Stale" : "Current");
    }

    private static void resource(ArrayNode list, Map<String, ObjectNode> byName, JsonNode resource, RemoteApi api) {
        String name = resource.path("name").asText();
        int slash = name.indexOf('/');
        ObjectNode owner = slash < 0 ? null : byName.get(name.substring(0, slash));
        if (slash >= 0 && owner == null) {
            return;
        }
        ObjectNode entry = owner == null
                ? list.addObject()
                : owner.withArrayProperty("subresources").addObject();
        entry.put(owner == null ? "resource" : "subresource", owner == null ? name : name.substring(slash + 1));
        entry.putObject("responseKind")
                .put("group", resource.path("group").asText(api.group()))
                .put("version", resource.path("version").asText(api.version()))
                .put("kind", resource.path("kind").asText());
        entry.set("verbs", resource.path("verbs").isArray() ? resource.path("verbs") : entry.arrayNode());
        if (owner == null) {
            byName.put(name, entry);
            entry.put("scope", resource.path("namespaced").asBoolean() ? "Namespaced" : "Cluster");
            entry.put("singularResource", resource.path("singularName").asText());
            for (String field : List.of("shortNames", "categories")) {
                if (resource.has(field)) {
                    entry.set(field, resource.get(field));
                }
            }
        }
    }
}
