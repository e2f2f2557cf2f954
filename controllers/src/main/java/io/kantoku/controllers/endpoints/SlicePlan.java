package io.kantoku.controllers.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The writes that bring a set of EndpointSlices to hold wanted endpoints with few changes: an endpoint stays in the slice where it
 * is, new ones fill slices that have room, and empty slices go.
 */
record SlicePlan(List<KubeObject> create, List<KubeObject> update, List<KubeObject> delete) {
    static final int CAPACITY = 100;

    /**
     * Endpoints that share their ports and address type.
     *
     * @param ports the {@code ports} of the slices
     * @param endpoints by a key that stays the same while the endpoint does
     */
    record Group(Family family, ArrayNode ports, Map<String, ObjectNode> endpoints) {}

    /** What all slices of one owner have in common; {@code owner} becomes their controller. */
    record Frame(KubeObject owner, String prefix, Map<String, String> labels) {}

    static SlicePlan plan(Frame frame, List<Group> groups, List<KubeObject> present) {
        List<KubeObject> create = new ArrayList<>();
        List<KubeObject> update = new ArrayList<>();
        Set<KubeObject> unused = new LinkedHashSet<>(present);
        for (Group group : groups) {
            List<KubeObject> own = present.stream()
                    .filter(slice ->
                            slice.text("addressType").equals(group.family().name())
                                    && samePorts(slice.at("ports"), group.ports()))
                    .toList();
            fill(frame, group, own, create, update, unused);
        }
        return new SlicePlan(create, update, new ArrayList<>(unused));
    }

    boolean isEmpty() {
        return create.isEmpty() && update.isEmpty() && delete.isEmpty();
    }

    private static void fill(
            Frame frame,
            Group group,
            List<KubeObject> own,
            List<KubeObject> create,
            List<KubeObject> update,
            Set<KubeObject> unused) {
        Map<String, ObjectNode> left = new LinkedHashMap<>(group.endpoints());
        Map<KubeObject, List<ObjectNode>> kept = new LinkedHashMap<>();
        for (KubeObject slice : own) {
            List<ObjectNode> endpoints = new ArrayList<>();
            for (JsonNode endpoint : slice.at("endpoints")) {
                ObjectNode wanted = left.remove(key(endpoint));
                if (wanted != null) {
                    endpoints.add(wanted);
                }
            }
            kept.put(slice, endpoints);
        }
        var rest = left.values().iterator();
        // Slices that change anyway take new endpoints first.
        List<KubeObject> order = new ArrayList<>(own);
        order.sort((one, other) -> Boolean.compare(
                isUnchanged(one, kept.getOrDefault(one, List.of())),
                isUnchanged(other, kept.getOrDefault(other, List.of()))));
        for (KubeObject slice : order) {
            List<ObjectNode> endpoints = kept.getOrDefault(slice, new ArrayList<>());
            while (rest.hasNext() && endpoints.size() < CAPACITY) {
                endpoints.add(rest.next());
            }
        }
        boolean placeholder = group.endpoints().isEmpty();
        for (KubeObject slice : own) {
            List<ObjectNode> endpoints = kept.getOrDefault(slice, List.of());
            if (endpoints.isEmpty() && !placeholder) {
                continue;
            }
            placeholder = false;
            unused.remove(slice);
            KubeObject next = slice(frame, group, slice.copy(), endpoints);
            if (!next.equals(slice)) {
                update.add(next);
            }
        }
        while (rest.hasNext() || placeholder) {
            placeholder = false;
            List<ObjectNode> endpoints = new ArrayList<>();
            while (rest.hasNext() && endpoints.size() < CAPACITY) {
                endpoints.add(rest.next());
            }
            KubeObject slice =
                    KubeObject.create(Kinds.ENDPOINT_SLICE, frame.owner().namespace(), "");
            slice.metadata().remove("name");
            slice.metadata().put("generateName", frame.prefix());
            slice.ownedBy(frame.owner());
            slice.json().put("addressType", group.family().name());
            create.add(slice(frame, group, slice, endpoints));
        }
    }

    private static KubeObject slice(Frame frame, Group group, KubeObject slice, List<ObjectNode> endpoints) {
        slice.metadata().set("labels", Json.mapper().valueToTree(frame.labels()));
        ArrayNode list = slice.json().putArray("endpoints");
        endpoints.forEach(list::add);
        if (!group.ports().isEmpty() || !slice.json().has("ports")) {
            slice.json().set("ports", group.ports());
        }
        return slice;
    }

    /** The server may store no ports as none at all. */
    private static boolean samePorts(JsonNode stored, ArrayNode wanted) {
        return wanted.isEmpty() ? stored.isEmpty() : stored.equals(wanted);
    }

    private static boolean isUnchanged(KubeObject slice, List<ObjectNode> endpoints) {
        if (slice.at("endpoints").size() != endpoints.size()) {
            return false;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            if (!endpoints.get(i).equals(slice.at("endpoints").get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The same for an endpoint while its target and address are. */
    static String key(JsonNode endpoint) {
        return endpoint.path("addresses").path(0).asText() + " "
                + endpoint.path("targetRef").path("uid").asText();
    }

    static ArrayNode ports(List<Backend.Port> ports) {
        ArrayNode list = Json.mapper().createArrayNode();
        for (Backend.Port port : ports) {
            ObjectNode node = list.addObject()
                    .put("name", port.name())
                    .put("port", port.number())
                    .put("protocol", port.protocol());
            if (!port.appProtocol().isEmpty()) {
                node.put("appProtocol", port.appProtocol());
            }
        }
        return list;
    }
}
