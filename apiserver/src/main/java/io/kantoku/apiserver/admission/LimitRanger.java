package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Applies a namespace's LimitRanges to new pods and claims: default requests and limits, then minimum and maximum. */
public final class LimitRanger implements AdmissionPlugin {
    private static final GroupResource LIMIT_RANGES = new GroupResource("", "limitranges");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final List<String> CONTAINERS = List.of("initContainers", "containers");

    private final ObjectReader objects;

    public LimitRanger(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "LimitRanger";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !request.creates() || !request.type().name().equals(PodDefaults.PODS)) {
            return;
        }
        for (JsonNode limit : limits(request, "Container")) {
            for (JsonNode container : containers(object)) {
                ObjectNode resources = ((ObjectNode) container).withObjectProperty("resources");
                fill(resources, "limits", limit.path("default"));
                fill(resources, "requests", limit.path("defaultRequest"));
                fill(resources, "requests", resources.path("limits"));
            }
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !request.subresource().isEmpty()) {
            return;
        }
        List<String> faults = new ArrayList<>();
        if (request.creates() && request.type().name().equals(PodDefaults.PODS)) {
            for (JsonNode limit : limits(request, "Container")) {
                for (JsonNode container : containers(object)) {
                    JsonNode resources = container.path("resources");
                    faults.addAll(LimitChecks.faults(limit, resources.path("requests"), resources.path("limits")));
                }
            }
            for (JsonNode limit : limits(request, "Pod")) {
                JsonNode spec = object.path("spec");
                faults.addAll(
                        LimitChecks.faults(limit, PodAmounts.json(spec, "requests"), PodAmounts.json(spec, "limits")));
            }
        } else if (request.type().name().equals(CLAIMS)) {
            JsonNode resources = object.path("spec").path("resources");
            for (JsonNode limit : limits(request, "PersistentVolumeClaim")) {
                faults.addAll(LimitChecks.faults(limit, resources.path("requests"), resources.path("limits")));
            }
        }
        if (!faults.isEmpty()) {
            throw ApiException.forbidden(
                    request.type().name(),
                    request.shownName(),
                    faults.size() == 1 ? faults.getFirst() : "[" + String.join(", ", faults) + "]");
        }
    }

    private static List<JsonNode> containers(JsonNode pod) {
        List<JsonNode> containers = new ArrayList<>();
        CONTAINERS.forEach(kind -> pod.path("spec").path(kind).forEach(containers::add));
        return containers;
    }

    private List<JsonNode> limits(AdmissionRequest request, String type) {
        List<JsonNode> limits = new ArrayList<>();
        for (KubeObject range : objects.list(request.cluster(), LIMIT_RANGES, request.namespace())) {
            for (JsonNode limit : range.at("spec", "limits")) {
                if (limit.path("type").asText().equals(type)) {
                    limits.add(limit);
                }
            }
        }
        return limits;
    }

    private static void fill(ObjectNode resources, String kind, JsonNode defaults) {
        for (Map.Entry<String, JsonNode> entry : defaults.properties()) {
            ObjectNode values = resources.withObjectProperty(kind);
            if (!values.has(entry.getKey())) {
                values.set(entry.getKey(), entry.getValue());
            }
        }
    }
}
