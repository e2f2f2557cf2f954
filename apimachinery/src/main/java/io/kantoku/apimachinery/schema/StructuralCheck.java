package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One check that a schema is structural, by the rules of
 * <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema">
 * structural schemas</a>, and that its keywords make sense.
 */
final class StructuralCheck {
    private static final Set<String> TYPES = Set.of("object", "array", "string", "integer", "number", "boolean");
    private static final List<String> COMPOSITIONS = List.of("allOf", "anyOf", "oneOf");
    private static final List<String> STRUCTURAL_ONLY = List.of(
            "description",
            "type",
            "default",
            "title",
            "nullable",
            "additionalProperties",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-int-or-string",
            "x-kubernetes-embedded-resource",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-map-type");

    /** Where a schema stands, which decides what it must say. */
    private enum Level {
        ROOT("must not be empty at the root"),
        FIELD("must not be empty for specified object fields"),
        ITEM("must not be empty for specified array items");

        private final String typeRequired;

        Level(String typeRequired) {
            this.typeRequired = typeRequired;
        }
    }

    private final List<FieldError> errors = new ArrayList<>();

    List<FieldError> check(JsonNode schema, FieldPath path) {
        if (schema instanceof ObjectNode object) {
            structural(object, path, Level.ROOT);
            if (errors.isEmpty()) {
                defaults(StructuralSchema.parse(object), path);
            }
        } else {
            errors.add(FieldError.required(path, "schemas are required"));
        }
        return errors;
    }

    private void structural(JsonNode schema, FieldPath path, Level level) {
        type(schema, path, level);
        keywords(schema, path);
        extensions(schema, path);
        FieldPath properties = path.child("properties");
        schema.path("properties").properties().forEach(entry -> {
            structural(entry.getValue(), properties.key(entry.getKey()), Level.FIELD);
            if (level == Level.ROOT && entry.getKey().equals("metadata")) {
                metadata(entry.getValue(), properties.key("metadata"));
            }
        });
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isObject()) {
            structural(additional, path.child("additionalProperties"), Level.FIELD);
        }
        JsonNode items = schema.path("items");
        if (items instanceof ArrayNode) {
            errors.add(FieldError.forbidden(path.child("items"), "items must be a schema object and not an array"));
        } else if (items.isObject()) {
            structural(items, path.child("items"), Level.ITEM);
        }
        for (String composition : COMPOSITIONS) {
            JsonNode parts = schema.path(composition);
            for (int i = 0; i < parts.size(); i++) {
                boolean intOrString = schema.path("x-kubernetes-int-or-string").asBoolean();
                valueOnly(parts.get(i), schema, path.child(composition).index(i), intOrString);
            }
        }
        if (schema.path("not").isObject()) {
            valueOnly(schema.path("not"), schema, path.child("not"), false);
        }
    }

    private void type(JsonNode schema, FieldPath path, Level level) {
        String type = schema.path("type").asText();
        FieldPath at = path.child("type");
        boolean intOrString = schema.path("x-kubernetes-int-or-string").asBoolean();
        boolean preserve = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (type.isEmpty()) {
            if (level == Level.ROOT || (!intOrString && !preserve)) {
                errors.add(FieldError.required(at, level.typeRequired));
            }
        } else if (!TYPES.contains(type)) {
            errors.add(FieldError.notSupported(at, type, TYPES.stream().sorted().toList()));
        } else if (level == Level.ROOT && !type.equals("object")) {
            errors.add(FieldError.invalid(at, type, "must be object at the root"));
        } else if (intOrString) {
            errors.add(FieldError.invalid(at, type, "must be empty if x-kubernetes-int-or-string is true"));
        }
        if (type.equals("array") && !schema.has("items")) {
            errors.add(FieldError.required(path.child("items"), "must be specified"));
        }
    }

    private void keywords(JsonNode schema, FieldPath path) {
        if (schema.hasNonNull("$ref")) {
            errors.add(FieldError.forbidden(path.child("$ref"), "$ref is not supported"));
        }
        if (schema.path("uniqueItems").asBoolean()) {
            errors.add(FieldError.forbidden(
                    path.child("uniqueItems"),
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        }
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isMissingNode() && !additional.isNull()) {
            if (schema.path("properties").size() > 0 && (additional.isObject() || additional.asBoolean())) {
                errors.add(FieldError.forbidden(
                        path.child("additionalProperties"),
                        "additionalProperties and properties are mutual exclusive"));
            } else if (additional.isBoolean() && !additional.asBoolean()) {
                errors.add(FieldError.forbidden(
                        path.child("additionalProperties"), "additionalProperties cannot be set to false"));
            }
        }
        pattern(schema, path);
        for (String count :
                List.of("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")) {
            if (schema.has(count) && schema.path(count).asInt(-1) < 0) {
                errors.add(
                        FieldError.invalid(path.child(count), schema.get(count), "must be greater than or equal to 0"));
            }
        }
    }

    private void pattern(JsonNode schema, FieldPath path) {
        if (schema.path("pattern").isTextual()) {
            try {
                SafePattern.compile(schema.path("pattern").textValue());
            } catch (IllegalArgumentException e) {
                errors.add(FieldError.invalid(
                        path.child("pattern"),
                        schema.get("pattern"),
                        "must be a valid regular expression, but isn't: " + e.getMessage()));
            }
        }
    }

    private void extensions(JsonNode schema, FieldPath path) {
        String type = schema.path("type").asText();
        JsonNode preserve = schema.path("x-kubernetes-preserve-unknown-fields");
        if (preserve.isBoolean() && !preserve.asBoolean()) {
            errors.add(FieldError.invalid(
                    path.child("x-kubernetes-preserve-unknown-fields"), preserve, "must be true or undefined"));
        }
        if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            if (!type.equals("object")) {
                errors.add(FieldError.invalid(
                        path.child("type"), type, "must be object if x-kubernetes-embedded-resource is true"));
            }
            if (schema.path("properties").isEmpty() && !preserve.asBoolean()) {
                errors.add(FieldError.required(
                        path.child("properties"),
                        "must not be empty if x-kubernetes-embedded-resource is true without"
                                + " x-kubernetes-preserve-unknown-fields"));
            }
        }
        String mapType = schema.path("x-kubernetes-map-type").asText();
        if (!mapType.isEmpty()) {
            if (!mapType.equals("atomic") && !mapType.equals("granular")) {
                errors.add(FieldError.notSupported(
                        path.child("x-kubernetes-map-type"), mapType, List.of("atomic", "granular")));
            }
            if (!type.equals("object")) {
                errors.add(FieldError.invalid(
                        path.child("type"), type, "must be object if x-kubernetes-map-type is specified"));
            }
        }
        listType(schema, path, type);
    }

    private void listType(JsonNode schema, FieldPath path, String type) {
        String listType = schema.path("x-kubernetes-list-type").asText();
        FieldPath keysPath = path.child("x-kubernetes-list-map-keys");
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        if (listType.isEmpty()) {
            if (!keys.isEmpty()) {
                errors.add(FieldError.forbidden(keysPath, "must not be set if x-kubernetes-list-type is not map"));
            }
            return;
        }
        if (!Set.of("atomic", "set", "map").contains(listType)) {
            errors.add(FieldError.notSupported(
                    path.child("x-kubernetes-list-type"), listType, List.of("atomic", "set", "map")));
        }
        if (!type.equals("array")) {
            errors.add(FieldError.invalid(
                    path.child("type"), type, "must be array if x-kubernetes-list-type is specified"));
        }
        if (!listType.equals("map")) {
            if (!keys.isEmpty()) {
                errors.add(FieldError.forbidden(keysPath, "must not be set if x-kubernetes-list-type is not map"));
            }
            return;
        }
        JsonNode item = schema.path("items");
        if (!item.path("type").asText().equals("object")) {
            errors.add(FieldError.invalid(
                    path.child("items").child("type"),
                    item.path("type").asText(),
                    "must be object if parent array's x-kubernetes-list-type is map"));
        }
        if (keys.isEmpty()) {
            errors.add(FieldError.required(keysPath, "must not be empty if x-kubernetes-list-type is map"));
        }
        listKeys(keys, item, path, keysPath);
    }

    private void listKeys(JsonNode keys, JsonNode item, FieldPath path, FieldPath keysPath) {
        Set<String> required = new HashSet<>();
        item.path("required").forEach(name -> required.add(name.asText()));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i).asText();
            JsonNode property = item.path("properties").path(key);
            if (property.isMissingNode()) {
                errors.add(FieldError.invalid(keysPath.index(i), key, "entries must all be names of item properties"));
            } else if (!required.contains(key) && !property.has("default")) {
                errors.add(FieldError.required(
                        path.child("items").child("properties").key(key).child("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                                + " property"));
            }
            if (!seen.add(key)) {
                errors.add(FieldError.duplicate(keysPath.index(i), key));
            }
        }
    }

    /** A part of a composition may only restrict values, and only those of fields that the structure has. */
    private void valueOnly(JsonNode part, JsonNode structure, FieldPath path, boolean mayHaveType) {
        for (String keyword : STRUCTURAL_ONLY) {
            boolean allowed = mayHaveType && keyword.equals("type");
            if (part.hasNonNull(keyword) && !allowed) {
                errors.add(FieldError.forbidden(path.child(keyword), "must be empty to be structural"));
            }
        }
        pattern(part, path);
        part.path("properties").properties().forEach(entry -> {
            FieldPath at = path.child("properties").key(entry.getKey());
            JsonNode counterpart = structure.path("properties").path(entry.getKey());
            if (counterpart.isMissingNode()) {
                errors.add(FieldError.required(
                        new FieldPath(structurePath(path) + ".properties[" + entry.getKey() + "]"),
                        "because it is defined in " + at));
            } else {
                valueOnly(entry.getValue(), counterpart, at, false);
            }
        });
        if (part.path("items").isObject()) {
            if (structure.path("items").isMissingNode()) {
                errors.add(FieldError.required(
                        new FieldPath(structurePath(path) + ".items"),
                        "because it is defined in " + path.child("items")));
            } else {
                valueOnly(part.path("items"), structure.path("items"), path.child("items"), false);
            }
        }
        for (String composition : COMPOSITIONS) {
            JsonNode parts = part.path(composition);
            for (int i = 0; i < parts.size(); i++) {
                valueOnly(parts.get(i), structure, path.child(composition).index(i), mayHaveType);
            }
        }
        if (part.path("not").isObject()) {
            valueOnly(part.path("not"), structure, path.child("not"), false);
        }
    }

    /** The path without the steps into compositions: where the counterpart in the structure would be. */
    private static String structurePath(FieldPath path) {
        return path.text().replaceAll("\\.(allOf|anyOf|oneOf)\\[[0-9]+]|\\.not(?=\\.|$)", "");
    }

    /** Of metadata a schema may say no more than how names look. */
    private void metadata(JsonNode schema, FieldPath path) {
        boolean onlyNames = true;
        for (var names = schema.path("properties").fieldNames(); names.hasNext(); ) {
            String name = names.next();
            onlyNames &= name.equals("name") || name.equals("generateName");
        }
        boolean onlyProperties = true;
        for (var names = schema.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            onlyProperties &= Set.of("type", "properties", "description").contains(name);
        }
        if (!onlyNames || !onlyProperties) {
            errors.add(
                    FieldError.forbidden(
                            path,
                            "must not specify anything other than name and generateName, but metadata is implicitly specified"));
        }
    }

    private void defaults(StructuralSchema schema, FieldPath path) {
        JsonNode value = schema.defaultValue();
        if (value != null) {
            JsonNode copy = value.deepCopy();
            schema.applyDefaults(copy);
            errors.addAll(new SchemaValidation(RuleEvaluator.NONE).validate(copy, null, schema, path.child("default")));
            ObjectNode holder = Json.object();
            holder.set("default", value.deepCopy());
            if (!new Pruning().pruneMember(holder, "default", schema).isEmpty()) {
                errors.add(FieldError.invalid(path.child("default"), value, "must not have unknown fields"));
            }
        }
        schema.properties()
                .forEach((name, property) ->
                        defaults(property, path.child("properties").key(name)));
        StructuralSchema additional = schema.additional();
        if (additional != null) {
            defaults(additional, path.child("additionalProperties"));
        }
        StructuralSchema items = schema.items();
        if (items != null) {
            defaults(items, path.child("items"));
        }
    }
}
