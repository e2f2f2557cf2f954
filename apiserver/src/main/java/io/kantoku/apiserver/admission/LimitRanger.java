package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Applies a namespace's LimitRanges to new pods and claims: default requests and limits, then minimum and maximum. */
public final class LimitRanger implements AdmissionPlugin {
    private static final GroupResource LIMIT_RANGES = new GroupResource("", "limitranges");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");

    private final ObjectReader objects;

    public LimitRanger(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !concerns(request) || !request.type().name().equals(PodDefaults.PODS)) {
            return;
        }
        for (JsonNode limit : limits(request, "Container")) {
            for (JsonNode container : object.path("spec").path("containers")) {
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
        if (object == null || !concerns(request)) {
            return;
        }
        List<String> faults = new ArrayList<>();
        if (request.type().name().equals(PodDefaults.PODS)) {
            for (JsonNode limit : limits(request, "Container")) {
                for (JsonNode container : object.path("spec").path("containers")) {
                    check(limit, container.path("resources"), "Container", faults);
                }
            }
        } else if (request.type().name().equals(CLAIMS)) {
            for (JsonNode limit : limits(request, "PersistentVolumeClaim")) {
                check(limit, object.path("spec").path("resources"), "PersistentVolumeClaim", faults);
            }
        }
        if (!faults.isEmpty()) {
            throw ApiException.forbidden(request.type().name(), request.name(), String.join(", ", faults));
        }
    }

    private static boolean concerns(AdmissionRequest request) {
        return request.operation() == AdmissionRequest.Operation.CREATE
                && request.subresource().isEmpty();
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

    private static void check(JsonNode limit, JsonNode resources, String type, List<String> faults) {
        limit.path("min").properties().forEach(min -> {
            JsonNode request = resources.path("requests").path(min.getKey());
            if (request.isMissingNode()) {
                faults.add("minimum " + min.getKey() + " usage per " + type + " is "
                        + min.getValue().asText() + ".  No request is specified");
            } else if (quantity(request).compareTo(quantity(min.getValue())) < 0) {
                faults.add("minimum " + min.getKey() + " usage per " + type + " is "
                        + min.getValue().asText() + ", but request is " + request.asText());
            }
        });
        limit.path("max").properties().forEach(max -> {
            JsonNode bound = resources
                    .path(type.equals("Container") ? "limits" : "requests")
                    .path(max.getKey());
            if (bound.isMissingNode()) {
                faults.add("maximum " + max.getKey() + " usage per " + type + " is "
                        + max.getValue().asText() + ".  No limit is specified");
            } else if (quantity(bound).compareTo(quantity(max.getValue())) > 0) {
                faults.add("maximum " + max.getKey() + " usage per " + type + " is "
                        + max.getValue().asText() + ", but limit is " + bound.asText());
            }
        });
    }

    private static Quantity quantity(JsonNode node) {
        return Quantity.parse(node.asText());
    }
}
