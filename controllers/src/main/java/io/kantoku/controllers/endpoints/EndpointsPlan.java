package io.kantoku.controllers.endpoints;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The Endpoints of a Service with a selector. */
final class EndpointsPlan {
    static final String HEADLESS = "service.kubernetes.io/headless";
    static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
    /** Most addresses in one Endpoints object, as upstream. */
    static final int CAPACITY = 1000;

    private EndpointsPlan() {}

    /** The object as it should be; equal to {@code present} when nothing is to be written. */
    static KubeObject plan(KubeObject service, List<KubeObject> pods, @Nullable KubeObject present) {
        KubeObject next = present == null
                ? KubeObject.create(Kinds.ENDPOINTS, service.namespace(), service.name())
                : present.copy();
        Map<String, String> labels = new TreeMap<>(service.labels());
        if (isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        if (labels.isEmpty()) {
            next.metadata().remove("labels");
        } else {
            next.metadata().set("labels", Json.mapper().valueToTree(labels));
        }
        List<Backend> backends =
                new ArrayList<>(Backend.of(service, pods, Family.of(service).getFirst()));
        backends.removeIf(backend -> backend.terminating() && !backend.published());
        if (backends.size() > CAPACITY) {
            // Those that answer are kept before those that do not.
            backends = new ArrayList<>(backends);
            backends.sort((one, other) -> Boolean.compare(other.ready(), one.ready()));
            backends = new ArrayList<>(backends.subList(0, CAPACITY));
            next.annotate(OVER_CAPACITY, "truncated");
        } else if (next.annotations().containsKey(OVER_CAPACITY)) {
            next.metadata().withObjectProperty("annotations").remove(OVER_CAPACITY);
        }
        ArrayNode subsets = subsets(service, backends);
        if (subsets.isEmpty()) {
            next.json().remove("subsets");
        } else {
            next.json().set("subsets", subsets);
        }
        return next;
    }

    static boolean isHeadless(KubeObject service) {
        return service.text("spec", "clusterIP").equals("None");
    }

    private static ArrayNode subsets(KubeObject service, List<Backend> backends) {
        boolean portless = service.at("spec", "ports").isEmpty();
        Map<String, ObjectNode> byPorts = new TreeMap<>();
        for (Backend backend : backends) {
            if (backend.ports().isEmpty() && !portless) {
                continue;
            }
            List<Backend.Port> ports = new ArrayList<>(backend.ports());
            ports.sort(Backend.Port.ORDER);
            ObjectNode subset = byPorts.computeIfAbsent(ports.toString(), _ -> subset(ports));
            ObjectNode address = Json.object().put("ip", backend.address());
            if (!backend.hostname().isEmpty()) {
                address.put("hostname", backend.hostname());
            }
            if (!backend.node().isEmpty()) {
                address.put("nodeName", backend.node());
            }
            address.set("targetRef", targetRef(backend));
            String list = backend.ready() ? "addresses" : "notReadyAddresses";
            subset.withArrayProperty(list).add(address);
        }
        ArrayNode subsets = Json.mapper().createArrayNode();
        for (ObjectNode subset : byPorts.values()) {
            // The order that clients see: addresses, then ports.
            ObjectNode ordered = Json.object();
            for (String field : List.of("addresses", "notReadyAddresses", "ports")) {
                if (subset.has(field)) {
                    ordered.set(field, subset.get(field));
                }
            }
            subsets.add(ordered);
        }
        return subsets;
    }

    private static ObjectNode subset(List<Backend.Port> ports) {
        ObjectNode subset = Json.object();
        for (Backend.Port port : ports) {
            ObjectNode node = subset.withArrayProperty("ports").addObject();
            if (!port.name().isEmpty()) {
                node.put("name", port.name());
            }
            node.put("port", port.number()).put("protocol", port.protocol());
            if (!port.appProtocol().isEmpty()) {
                node.put("appProtocol", port.appProtocol());
            }
        }
        return subset;
    }

    static ObjectNode targetRef(Backend backend) {
        return Json.object()
                .put("kind", "Pod")
                .put("namespace", backend.pod().namespace())
                .put("name", backend.pod().name())
                .put("uid", backend.pod().uid());
    }
}
