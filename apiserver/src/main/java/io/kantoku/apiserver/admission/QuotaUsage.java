package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What one object takes of a quota, by the names that quotas use (Kubernetes: Resource Quotas). */
final class QuotaUsage {
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final Set<String> PLAIN_COUNTS = Set.of(
            "pods",
            "services",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "replicationcontrollers",
            "resourcequotas");

    private QuotaUsage() {}

    /** Names and amounts; a finished pod takes nothing but its count. */
    static Map<String, Quantity> of(GroupResource resource, JsonNode object) {
        Map<String, Quantity> usage = new HashMap<>();
        usage.put("count/" + resource, Quantity.of(1));
        if (resource.group().isEmpty() && PLAIN_COUNTS.contains(resource.resource())) {
            usage.put(resource.resource(), Quantity.of(1));
        }
        if (resource.equals(PodDefaults.PODS)) {
            pod(object.path("spec"), usage);
        } else if (resource.equals(CLAIMS)) {
            claim(object.path("spec"), usage);
        } else if (resource.equals(SERVICES)) {
            service(object.path("spec"), usage);
        }
        return usage;
    }

    private static void pod(JsonNode spec, Map<String, Quantity> usage) {
        for (JsonNode container : spec.path("containers")) {
            container.path("resources").path("requests").properties().forEach(entry -> {
                add(usage, "requests." + entry.getKey(), entry.getValue());
                add(usage, entry.getKey(), entry.getValue());
            });
            container
                    .path("resources")
                    .path("limits")
                    .properties()
                    .forEach(entry -> add(usage, "limits." + entry.getKey(), entry.getValue()));
        }
    }

    private static void claim(JsonNode spec, Map<String, Quantity> usage) {
        JsonNode storage = spec.path("resources").path("requests").path("storage");
        String prefix = spec.path("storageClassName").asText() + ".storageclass.storage.k8s.io/";
        usage.put(prefix + "persistentvolumeclaims", Quantity.of(1));
        if (!storage.isMissingNode()) {
            add(usage, "requests.storage", storage);
            add(usage, prefix + "requests.storage", storage);
        }
    }

    private static void service(JsonNode spec, Map<String, Quantity> usage) {
        switch (spec.path("type").asText()) {
            case "LoadBalancer" -> {
                usage.put("services.loadbalancers", Quantity.of(1));
                usage.put("services.nodeports", Quantity.of(spec.path("ports").size()));
            }
            case "NodePort" ->
                usage.put("services.nodeports", Quantity.of(spec.path("ports").size()));
            default -> {}
        }
    }

    private static void add(Map<String, Quantity> usage, String name, JsonNode amount) {
        usage.merge(name, Quantity.parse(amount.asText()), Quantity::plus);
    }
}
