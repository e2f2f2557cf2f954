package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What {@code metadata} may say, for all kinds alike (ValidateObjectMeta). */
final class MetadataRules {
    private static final FieldPath METADATA = FieldPath.of("metadata");
    private static final int LARGEST_ANNOTATIONS = 256 * 1024;

    private MetadataRules() {}

    static List<FieldError> check(ResourceType type, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        List<FieldError> errors = new ArrayList<>();
        name(type, metadata, errors);
        namespace(type, metadata, errors);
        errors.addAll(Names.labels(strings(metadata, "labels", errors), METADATA.child("labels")));
        annotations(metadata, errors);
        owners(metadata, errors);
        finalizers(metadata, errors);
        return errors;
    }

    /** What is wrong with the step from one version of metadata to the next. */
    static List<FieldError> checkUpdate(ObjectNode object, ObjectNode old) {
        if (old.path("metadata").path("deletionTimestamp").isMissingNode()) {
            return List.of();
        }
        Set<String> before = new HashSet<>();
        old.path("metadata").path("finalizers").forEach(node -> before.add(node.asText()));
        List<String> added = new ArrayList<>();
        object.path("metadata").path("finalizers").forEach(node -> {
            if (!before.contains(node.asText())) {
                added.add("\"" + node.asText() + "\"");
            }
        });
        return added.isEmpty()
                ? List.of()
                : List.of(FieldError.forbidden(
                        METADATA.child("finalizers"),
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                                + String.join(", ", added) + "}"));
    }

    private static void name(ResourceType type, JsonNode metadata, List<FieldError> errors) {
        String name = metadata.path("name").asText();
        FieldPath path = METADATA.child("name");
        if (name.isEmpty()) {
            errors.add(FieldError.required(path, "name or generateName is required"));
            return;
        }
        NameRules.problems(type.name(), name).forEach(problem -> errors.add(FieldError.invalid(path, name, problem)));
    }

    private static void namespace(ResourceType type, JsonNode metadata, List<FieldError> errors) {
        String namespace = metadata.path("namespace").asText();
        FieldPath path = METADATA.child("namespace");
        if (type.namespaced()) {
            Names.dns1123Label(namespace).forEach(problem -> errors.add(FieldError.invalid(path, namespace, problem)));
        } else if (!namespace.isEmpty()) {
            errors.add(FieldError.forbidden(path, "not allowed on this type"));
        }
    }

    private static Map<String, String> strings(JsonNode metadata, String field, List<FieldError> errors) {
        Map<String, String> strings = new LinkedHashMap<>();
        metadata.path(field).properties().forEach(entry -> {
            if (entry.getValue().isTextual()) {
                strings.put(entry.getKey(), entry.getValue().textValue());
            } else {
                errors.add(FieldError.typeInvalid(
                        METADATA.child(field).key(entry.getKey()), entry.getValue(), "must be a string"));
            }
        });
        return strings;
    }

    private static void annotations(JsonNode metadata, List<FieldError> errors) {
        FieldPath path = METADATA.child("annotations");
        long size = 0;
        for (Map.Entry<String, String> entry :
                strings(metadata, "annotations", errors).entrySet()) {
            Names.qualifiedName(entry.getKey().toLowerCase(Locale.ROOT))
                    .forEach(problem -> errors.add(FieldError.invalid(path, entry.getKey(), problem)));
            size += entry.getKey().length() + (long) entry.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > LARGEST_ANNOTATIONS) {
            errors.add(FieldError.tooLong(path, LARGEST_ANNOTATIONS));
        }
    }

    private static void owners(JsonNode metadata, List<FieldError> errors) {
        FieldPath path = METADATA.child("ownerReferences");
        int index = 0;
        int controllers = 0;
        for (JsonNode owner : metadata.path("ownerReferences")) {
            FieldPath at = path.index(index++);
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.path(field).asText().isEmpty()) {
                    errors.add(FieldError.invalid(
                            at.child(field), owner.path(field).asText(), field + " must not be empty"));
                }
            }
            controllers += owner.path("controller").asBoolean() ? 1 : 0;
        }
        if (controllers > 1) {
            errors.add(FieldError.invalid(
                    path, metadata.path("ownerReferences"), "Only one reference can have Controller set to true"));
        }
    }

    private static void finalizers(JsonNode metadata, List<FieldError> errors) {
        FieldPath path = METADATA.child("finalizers");
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode node : metadata.path("finalizers") instanceof ArrayNode list ? list : List.<JsonNode>of()) {
            String finalizer = node.asText();
            FieldPath at = path.index(index++);
            Names.qualifiedName(finalizer).forEach(problem -> errors.add(FieldError.invalid(at, finalizer, problem)));
            seen.add(finalizer);
        }
        if (seen.contains("orphan") && seen.contains("foregroundDeletion")) {
            errors.add(FieldError.invalid(
                    path, metadata.path("finalizers"), "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }
}
