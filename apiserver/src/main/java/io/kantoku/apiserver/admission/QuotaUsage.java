package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Quantity;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What one object takes of a quota, by the names that quotas use (Kubernetes: Resource Quotas). */
final class QuotaUsage {
    static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    static final GroupResource SERVICES = new GroupResource("", "services");

    private static final Set<String> PLAIN_COUNTS = Set.of(
            "pods",
            "services",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "replicationcontrollers",
            "resourcequotas");
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

    private QuotaUsage() {}

    /** Names and amounts; a finished pod takes nothing but the place of its object. */
    static Map<String, Quantity> of(GroupResource resource, JsonNode object) {
        Map<String, Quantity> usage = new TreeMap<>();
        usage.put("count/" + resource, Quantity.of(1));
        boolean pod = resource.equals(PodDefaults.PODS);
        if (pod && FINISHED.contains(object.path("status").path("phase").asText())) {
            return usage;
        }
        if (resource.group().isEmpty() && PLAIN_COUNTS.contains(resource.resource())) {
            usage.put(resource.resource(), Quantity.of(1));
        }
        if (pod) {
            PodAmounts.of(object.path("spec"), "requests").forEach((name, amount) -> {
                usage.put("requests." + name, amount);
                usage.put(name, amount);
            });
            PodAmounts.of(object.path("spec"), "limits").forEach((name, amount) -> usage.put("limits." + name, amount));
        } else if (resource.equals(CLAIMS)) {
            claim(object.path("spec"), usage);
        } else if (resource.equals(SERVICES)) {
            service(object.path("spec"), usage);
        }
        return usage;
    }

    private static void claim(JsonNode spec, Map<String, Quantity> usage) {
        String amount = spec.path("resources").path("requests").path("storage").asText("0");
        Quantity storage = Quantity.parse(amount);
        usage.put("requests.storage", storage);
        String storageClass = spec.path("storageClassName").asText();
        if (!storageClass.isEmpty()) {
            String prefix = storageClass + ".storageclass.storage.k8s.io/";
            usage.put(prefix + "persistentvolumeclaims", Quantity.of(1));
            usage.put(prefix + "requests.storage", storage);
        }
    }

    private static void service(JsonNode spec, Map<String, Quantity> usage) {
        boolean balanced = spec.path("type").asText().equals("LoadBalancer");
        long ports = 0;
        for (JsonNode port : spec.path("ports")) {
            ports += port.path("nodePort").asLong() > 0 ? 1 : 0;
        }
        usage.put("services.loadbalancers", Quantity.of(balanced ? 1 : 0));
        usage.put("services.nodeports", Quantity.of(ports));
    }
}
