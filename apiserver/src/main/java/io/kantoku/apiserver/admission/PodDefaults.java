package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * What new pods get from their surroundings: a priority, and tolerations for the first five minutes of a node's absence
 * (upstream's Priority and DefaultTolerationSeconds plugins).
 */
public final class PodDefaults implements AdmissionPlugin {
    static final GroupResource PODS = new GroupResource("", "pods");

    private static final String PREEMPT = "PreemptLowerPriority";
    static final GroupResource PRIORITY_CLASSES = new GroupResource("scheduling.k8s.io", "priorityclasses");
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
        if (pod == null || !request.creates() || !request.type().name().equals(PODS)) {
            return;
        }
        ObjectNode spec = pod.withObjectProperty("spec");
        priority(request, spec);
        tolerate(spec, "node.kubernetes.io/not-ready");
        tolerate(spec, "node.kubernetes.io/unreachable");
    }

    private void priority(AdmissionRequest request, ObjectNode spec) {
        String name = spec.path("priorityClassName").asText();
        Integer system = SYSTEM_PRIORITIES.get(name);
        if (system != null) {
            set(request, spec, system, PREEMPT);
            return;
        }
        Optional<KubeObject> found = name.isEmpty() ? globalDefault(request) : Optional.of(named(request, name));
        found.ifPresent(priorityClass -> spec.put("priorityClassName", priorityClass.name()));
        set(
                request,
                spec,
                found.map(priorityClass -> priorityClass.at("value").asInt()).orElse(0),
                found.map(priorityClass -> priorityClass.text("preemptionPolicy"))
                        .filter(policy -> !policy.isEmpty())
                        .orElse(PREEMPT));
    }

    private KubeObject named(AdmissionRequest request, String name) {
        return objects.find(request.cluster(), PRIORITY_CLASSES, NamespacedName.clusterScoped(name))
                .orElseThrow(() -> ApiException.forbidden(
                        PODS, request.shownName(), "no PriorityClass with name " + name + " was found"));
    }

    /** The class for pods that name none; the one with the lowest value of several. */
    private Optional<KubeObject> globalDefault(AdmissionRequest request) {
        return objects.list(request.cluster(), PRIORITY_CLASSES, "").stream()
                .filter(candidate -> candidate.at("globalDefault").asBoolean())
                .min(Comparator.comparingInt(candidate -> candidate.at("value").asInt()));
    }

    private static void set(AdmissionRequest request, ObjectNode spec, int priority, String preemption) {
        if (spec.hasNonNull("priority") && spec.path("priority").asInt() != priority) {
            throw ApiException.forbidden(
                    PODS,
                    request.shownName(),
                    "the integer value of priority (" + spec.path("priority").asInt()
                            + ") must not be provided in pod spec; priority admission controller computed " + priority
                            + " from the given PriorityClass name");
        }
        String given = spec.path("preemptionPolicy").asText(preemption);
        if (!given.equals(preemption)) {
            throw ApiException.forbidden(
                    PODS,
                    request.shownName(),
                    "the string value of PreemptionPolicy (" + given
                            + ") must not be provided in pod spec; priority admission controller computed " + preemption
                            + " from the given PriorityClass name");
        }
        spec.put("priority", priority).put("preemptionPolicy", preemption);
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
