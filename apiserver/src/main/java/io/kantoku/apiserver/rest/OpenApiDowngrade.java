package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.Json;
import java.util.Set;

/** Rewrites OpenAPI v3 schemas for Swagger 2.0, which has other references and no alternatives. */
final class OpenApiDowngrade {
    private static final String FROM = "#/components/schemas/";
    private static final String TO = "#/definitions/";
    private static final Set<String> UNKNOWN = Set.of("oneOf", "anyOf", "not", "nullable");

    private OpenApiDowngrade() {}

    /** The schemas by name, rewritten; the argument is not changed. */
    static ObjectNode toV2(ObjectNode schemas) {
        ObjectNode definitions = Json.object();
        schemas.properties().forEach(entry -> definitions.set(entry.getKey(), rewrite(entry.getValue())));
        return definitions;
    }

    private static JsonNode rewrite(JsonNode node) {
        if (node instanceof ArrayNode list) {
            ArrayNode copy = list.arrayNode();
            list.forEach(item -> copy.add(rewrite(item)));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode copy = Json.object();
        JsonNode only = object.path("allOf");
        if (only.size() == 1 && only.path(0).has("$ref")) {
            copy.set("$ref", reference(only.path(0).path("$ref")));
        }
        object.properties().forEach(entry -> {
            String name = entry.getKey();
            if (name.equals("$ref")) {
                copy.set(name, reference(entry.getValue()));
            } else if (!UNKNOWN.contains(name) && !(name.equals("allOf") && copy.has("$ref"))) {
                copy.set(name, rewrite(entry.getValue()));
            }
        });
        return copy;
    }

    private static JsonNode reference(JsonNode reference) {
        String text = reference.asText();
        return TextNode.valueOf(text.startsWith(FROM) ? TO + text.substring(FROM.length()) : text);
    }
}
