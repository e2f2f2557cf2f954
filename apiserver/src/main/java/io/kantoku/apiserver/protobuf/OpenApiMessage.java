package io.kantoku.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Yaml;
import java.util.Map;

/**
 * OpenAPI v2 documents in protobuf, the only form that kubectl before 1.27 asks for: the messages of gnostic's OpenAPIv2.proto.
 * What clients read is written: schemas, and of operations their identity, their query parameters and their extensions.
 */
public final class OpenApiMessage {
    public static final String MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /** How older clients write it; the at sign is not allowed in a media type. */
    public static final String OLD_MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static final Map<String, Integer> METHODS =
            Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "options", 6, "head", 7, "patch", 8);

    private OpenApiMessage() {}

    /** The message {@code Document}. */
    public static byte[] of(JsonNode document) {
        WireWriter out = new WireWriter();
        out.text(1, document.path("swagger").asText());
        WireWriter info = new WireWriter();
        info.text(1, document.path("info").path("title").asText());
        info.text(2, document.path("info").path("version").asText());
        out.bytes(2, info.toBytes());
        WireWriter paths = new WireWriter();
        document.path("paths")
                .properties()
                .forEach(path -> paths.bytes(2, named(path.getKey(), pathItem(path.getValue()))));
        out.bytes(8, paths.toBytes());
        out.bytes(9, namedSchemas(1, document.path("definitions")));
        return out.toBytes();
    }

    private static byte[] named(String name, byte[] value) {
        WireWriter pair = new WireWriter();
        pair.text(1, name);
        pair.bytes(2, value);
        return pair.toBytes();
    }

    private static byte[] namedSchemas(int field, JsonNode schemas) {
        WireWriter out = new WireWriter();
        schemas.properties().forEach(entry -> out.bytes(field, named(entry.getKey(), schema(entry.getValue()))));
        return out.toBytes();
    }

    private static byte[] pathItem(JsonNode item) {
        WireWriter out = new WireWriter();
        item.properties().forEach(entry -> {
            Integer field = METHODS.get(entry.getKey());
            if (field != null) {
                out.bytes(field, operation(entry.getValue()));
            }
        });
        return out.toBytes();
    }

    private static byte[] operation(JsonNode operation) {
        WireWriter out = new WireWriter();
        operation.path("tags").forEach(tag -> out.text(1, tag.asText()));
        out.text(5, operation.path("operationId").asText());
        operation.path("consumes").forEach(type -> out.text(7, type.asText()));
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("query")) {
                out.bytes(8, queryParameter(parameter));
            }
        }
        extensions(out, 13, operation);
        return out.toBytes();
    }

    /** {@code ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema}. */
    private static byte[] queryParameter(JsonNode parameter) {
        WireWriter query = new WireWriter();
        query.text(2, "query");
        query.text(4, parameter.path("name").asText());
        query.text(6, parameter.path("type").asText());
        WireWriter other = new WireWriter();
        other.bytes(3, query.toBytes());
        WireWriter either = new WireWriter();
        either.bytes(2, other.toBytes());
        WireWriter item = new WireWriter();
        item.bytes(1, either.toBytes());
        return item.toBytes();
    }

    private static byte[] schema(JsonNode schema) {
        WireWriter out = new WireWriter();
        text(out, 1, schema.path("$ref"));
        text(out, 2, schema.path("format"));
        text(out, 4, schema.path("description"));
        if (schema.has("default")) {
            out.bytes(5, any(schema.path("default")));
        }
        schema.path("required").forEach(name -> out.text(19, name.asText()));
        schema.path("enum").forEach(value -> out.bytes(20, any(value)));
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isObject() || additional.isBoolean()) {
            WireWriter item = new WireWriter();
            if (additional.isObject()) {
                item.bytes(1, schema(additional));
            } else {
                item.varint(2, additional.asBoolean() ? 1 : 0);
            }
            out.bytes(21, item.toBytes());
        }
        if (schema.has("type")) {
            WireWriter type = new WireWriter();
            type.text(1, schema.path("type").asText());
            out.bytes(22, type.toBytes());
        }
        if (schema.has("items")) {
            WireWriter items = new WireWriter();
            items.bytes(1, schema(schema.path("items")));
            out.bytes(23, items.toBytes());
        }
        schema.path("allOf").forEach(part -> out.bytes(24, schema(part)));
        if (schema.has("properties")) {
            out.bytes(25, namedSchemas(1, schema.path("properties")));
        }
        extensions(out, 31, schema);
        return out.toBytes();
    }

    private static void text(WireWriter out, int field, JsonNode value) {
        if (value.isTextual()) {
            out.text(field, value.asText());
        }
    }

    private static void extensions(WireWriter out, int field, JsonNode holder) {
        holder.properties().forEach(entry -> {
            if (entry.getKey().startsWith("x-")) {
                out.bytes(field, named(entry.getKey(), any(entry.getValue())));
            }
        });
    }

    /** {@code Any}, which holds YAML. */
    private static byte[] any(JsonNode value) {
        WireWriter out = new WireWriter();
        out.text(2, Yaml.write(value));
        return out.toBytes();
    }
}
