package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.LabelSelector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code scale} subresource: an {@code autoscaling/v1 Scale} that is a view of an object's replica count. */
public final class Scales {
    private static final GroupKind KIND = new GroupKind("autoscaling", "Scale");

    private Scales() {}

    /** The view of an object in its storage version. */
    public static ObjectNode view(ResourceType type, ObjectNode object) {
        ScalePaths paths = type.strategy().scalePaths();
        ObjectNode scale = Json.object();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            JsonNode value = object.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        owners(object, paths, metadata);
        scale.putObject("spec").put("replicas", at(object, paths.replicas()).asLong(0));
        ObjectNode status = scale.putObject("status");
        status.put("replicas", at(object, paths.actual()).asLong(0));
        String selector = paths.selector()
                .map(path -> at(object, path).asText(""))
                .orElseGet(() -> selector(object.path("spec").path("selector")));
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /** Who owns the number of replicas, as the view has it. */
    private static void owners(ObjectNode object, ScalePaths paths, ObjectNode metadata) {
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            JsonNode field = entry.path("fieldsV1");
            for (String step : paths.replicas()) {
                field = field.path("f:" + step);
            }
            if (!field.isMissingNode() && entry instanceof ObjectNode owner) {
                ObjectNode shown = owner.deepCopy().put("apiVersion", "autoscaling/v1");
                shown.putObject("fieldsV1").putObject("f:spec").putObject("f:replicas");
                metadata.withArrayProperty("managedFields").add(shown);
            }
        }
    }

    /**
     * The part of the object that an applied view wants.
     *
     * @throws ApiException 400 when it is no view of that object, 422 when it wants no number
     */
    static ObjectNode wanted(Target target, ObjectNode applied) {
        if (!applied.path("apiVersion").asText().equals("autoscaling/v1")
                || !applied.path("kind").asText().equals("Scale")) {
            throw ApiException.badRequest("an applied scale must have apiVersion autoscaling/v1 and kind Scale");
        }
        ObjectNode wanted = Json.object();
        wanted.put(
                "apiVersion",
                target.type().kindIn(target.version()).groupVersion().toString());
        wanted.put("kind", target.kind().kind());
        ObjectNode metadata = wanted.putObject("metadata");
        for (String member : List.of("name", "namespace", "uid", "resourceVersion")) {
            if (applied.path("metadata").has(member)) {
                metadata.set(member, applied.path("metadata").get(member));
            }
        }
        if (applied.path("spec").has("replicas")) {
            checkNumber(target, applied.path("spec").path("replicas"));
            put(target.type(), applied, wanted);
        }
        return wanted;
    }

    /**
     * Writes what a view wants into the object.
     *
     * @throws ApiException 409 when the view is of another version, 422 when the number makes no sense
     */
    static void write(Target target, ObjectNode scale, ObjectNode object) {
        String version = scale.path("metadata").path("resourceVersion").asText();
        if (!version.isEmpty()
                && !version.equals(
                        object.path("metadata").path("resourceVersion").asText())) {
            throw Failures.modified(target.type().name(), target.name().name());
        }
        checkNumber(target, scale.path("spec").path("replicas"));
        put(target.type(), scale, object);
    }

    private static void checkNumber(Target target, JsonNode replicas) {
        if (!replicas.isMissingNode() && (!replicas.isIntegralNumber() || replicas.asLong() < 0)) {
            throw ApiException.invalid(
                    KIND,
                    target.name().name(),
                    List.of(FieldError.invalid(
                            FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0")));
        }
    }

    /** Writes the number that a view wants into the object, unseen. */
    public static void put(ResourceType type, ObjectNode scale, ObjectNode object) {
        JsonNode replicas = scale.path("spec").path("replicas");
        List<String> path = type.strategy().scalePaths().replicas();
        ObjectNode parent = object;
        for (String step : path.subList(0, path.size() - 1)) {
            parent = parent.withObjectProperty(step);
        }
        parent.put(path.getLast(), replicas.asLong(0));
    }

    private static String selector(@Nullable JsonNode selector) {
        if (selector == null || !selector.isObject()) {
            return "";
        }
        if (selector.has("matchLabels") || selector.has("matchExpressions")) {
            return LabelSelector.fromJson(selector).toString();
        }
        Map<String, String> labels = new LinkedHashMap<>();
        selector.properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        return LabelSelector.ofLabels(labels).toString();
    }

    private static JsonNode at(JsonNode object, List<String> path) {
        JsonNode node = object;
        for (String step : path) {
            node = node.path(step);
        }
        return node;
    }
}
