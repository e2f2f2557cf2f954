package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What remains of a custom kind's schema in {@code /openapi/v2}, which cannot say everything and is read by clients that refuse what it
 * does not say: kubectl before 1.27 takes every field that is not among {@code properties} for a mistake. By upstream's rules.
 */
final class ReducedSchema {
    private static final List<String> COMBINED = List.of("allOf", "anyOf", "oneOf", "not");
    private static final String PRESERVED = "x-kubernetes-preserve-unknown-fields";

    private ReducedSchema() {}

    /** Whether an object may have any fields; then not even those that every kind has may be named. */
    static boolean isOpen(JsonNode schema) {
        return schema.path(PRESERVED).asBoolean();
    }

    /** Reduces a schema and all that is in it. */
    static void reduce(ObjectNode schema) {
        schema.remove(COMBINED);
        if (schema.path("nullable").asBoolean()) {
            schema.remove(List.of("type", "nullable", "items", "properties"));
        }
        if (isOpen(schema)) {
            schema.remove(List.of("items", "properties"));
            if (schema.path("type").asText().equals("object")) {
                schema.remove("type");
            }
        }
        if (schema.path("type").asText().equals("array") && !schema.has("items")) {
            schema.remove("type");
        }
        if (schema.path("required") instanceof ArrayNode required) {
            required.removeIf(field -> schema.path("properties")
                    .path(field.asText())
                    .path("nullable")
                    .asBoolean());
            if (required.isEmpty()) {
                schema.remove("required");
            }
        }
        schema.path("properties").forEach(ReducedSchema::reduceChild);
        reduceChild(schema.path("items"));
        reduceChild(schema.path("additionalProperties"));
    }

    private static void reduceChild(JsonNode child) {
        if (child instanceof ObjectNode object) {
            reduce(object);
        }
    }
}
