package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.Map;

/**
 * What new pods get from their surroundings: a priority, and tolerations for the first five minutes of a node's absence
 * (upstream's Priority and DefaultTolerationSeconds plugins).
 */
public final class PodDefaults implements AdmissionPlugin {
    static final GroupResource PODS = new GroupResource("", "pods");

    private static final GroupResource PRIORITY_CLASSES = new GroupResource("scheduling.k8s.io", "priorityclasses");
    private static final Map<String, Integer> SYSTEM_PRIORITIES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);
    private static final int TOLERATION_SECONDS = 300;

    private final ObjectReader objects;

    public PodDefaults(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode pod = request.object();
        if (pod == null
                || request.operation() != AdmissionRequest.Operation.CREATE
                || !request.subresource().isEmpty()
                || !request.type().name().equals(PODS)) {
            return;
        }
        ObjectNode spec = pod.withObjectProperty("spec");
        priority(request, spec);
        tolerate(spec, "node.kubernetes.io/not-ready");
        tolerate(spec, "node.kubernetes.io/unreachable");
    }

    private void priority(AdmissionRequest request, ObjectNode spec) {
        String name = spec.path("priorityClassName").asText();
        if (name.isEmpty()) {
            for (KubeObject candidate : objects.list(request.cluster(), PRIORITY_CLASSES, "")) {
                if (candidate.at("globalDefault").asBoolean()) {
                    spec.put("priorityClassName", candidate.name());
                    spec.put("priority", candidate.at("value").asInt());
                    return;
                }
            }
            spec.put("priority", 0);
            return;
        }
        Integer system = SYSTEM_PRIORITIES.get(name);
        if (system != null) {
            spec.put("priority", system);
            return;
        }
        KubeObject found = objects.find(request.cluster(), PRIORITY_CLASSES, NamespacedName.clusterScoped(name))
                .orElseThrow(() -> ApiException.forbidden(
                        PODS, request.name(), "no PriorityClass with name " + name + " was found"));
        spec.put("priority", found.at("value").asInt());
        if (found.json().has("preemptionPolicy") && !spec.has("preemptionPolicy")) {
            spec.put("preemptionPolicy", found.text("preemptionPolicy"));
        }
    }

    private static void tolerate(ObjectNode spec, String taint) {
        for (JsonNode toleration : spec.path("tolerations")) {
            String key = toleration.path("key").asText();
            String effect = toleration.path("effect").asText();
            if ((key.equals(taint) || key.isEmpty()) && (effect.equals("NoExecute") || effect.isEmpty())) {
                return;
            }
        }
        ArrayNode tolerations = spec.withArrayProperty("tolerations");
        tolerations
                .addObject()
                .put("key", taint)
                .put("operator", "Exists")
                .put("effect", "NoExecute")
                .put("tolerationSeconds", TOLERATION_SECONDS);
    }
}
