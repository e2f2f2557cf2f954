package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;

/** Gives pods what their runtime class costs and where it runs (upstream's RuntimeClass). */
public final class RuntimeClasses implements AdmissionPlugin {
    private static final GroupResource CLASSES = new GroupResource("node.k8s.io", "runtimeclasses");

    private final ObjectReader objects;

    public RuntimeClasses(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode pod = request.object();
        if (pod == null || !request.creates() || !request.type().name().equals(PodDefaults.PODS)) {
            return;
        }
        ObjectNode spec = pod.withObjectProperty("spec");
        String name = spec.path("runtimeClassName").asText();
        if (name.isEmpty()) {
            if (spec.has("overhead")) {
                throw refused(request, "Pod Overhead set without corresponding RuntimeClass defined Overhead");
            }
            return;
        }
        KubeObject found = objects.find(request.cluster(), CLASSES, NamespacedName.clusterScoped(name))
                .orElseThrow(() -> refused(request, "RuntimeClass \"" + name + "\" not found"));
        overhead(request, spec, found.at("overhead", "podFixed"));
        scheduling(request, spec, found.at("scheduling"));
    }

    private static void overhead(AdmissionRequest request, ObjectNode spec, JsonNode fixed) {
        JsonNode own = spec.path("overhead");
        if (!own.isMissingNode() && !own.isEmpty() && !Json.equal(own, fixed)) {
            throw refused(request, "Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
        if (fixed.isObject() && !fixed.isEmpty()) {
            spec.set("overhead", fixed.deepCopy());
        }
    }

    private static void scheduling(AdmissionRequest request, ObjectNode spec, JsonNode scheduling) {
        scheduling.path("nodeSelector").properties().forEach(entry -> {
            ObjectNode selector = spec.withObjectProperty("nodeSelector");
            JsonNode own = selector.get(entry.getKey());
            if (own != null && !own.equals(entry.getValue())) {
                throw refused(
                        request,
                        "conflict: runtimeClass.scheduling.nodeSelector[" + entry.getKey() + "] = "
                                + entry.getValue().asText() + "; pod.spec.nodeSelector[" + entry.getKey() + "] = "
                                + own.asText());
            }
            selector.set(entry.getKey(), entry.getValue());
        });
        for (JsonNode toleration : scheduling.path("tolerations")) {
            ArrayNode tolerations = spec.withArrayProperty("tolerations");
            boolean known = false;
            for (JsonNode own : tolerations) {
                known |= own.equals(toleration);
            }
            if (!known) {
                tolerations.add(toleration.deepCopy());
            }
        }
    }

    private static ApiException refused(AdmissionRequest request, String why) {
        return ApiException.forbidden(PodDefaults.PODS, request.shownName(), "pod rejected: " + why);
    }
}
