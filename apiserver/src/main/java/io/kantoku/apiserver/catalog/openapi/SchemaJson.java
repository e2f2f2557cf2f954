package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.catalog.openapi.SchemaType.Form;
import java.util.Map;
import java.util.Optional;

/** Writes schemas as JSON, in the dialect of either version of OpenAPI. */
final class SchemaJson {
    private static final String API = "io.k8s.apimachinery.pkg.";
    private static final Map<Form, String> SHARED = Map.of(
            Form.QUANTITY, API + "api.resource.Quantity",
            Form.INT_OR_STRING, API + "util.intstr.IntOrString",
            Form.TIME, API + "apis.meta.v1.Time",
            Form.MICRO_TIME, API + "apis.meta.v1.MicroTime");
    private static final Map<String, Form> SHARED_FORMS = Map.of(
            API + "api.resource.Quantity", Form.QUANTITY,
            API + "util.intstr.IntOrString", Form.INT_OR_STRING,
            API + "apis.meta.v1.Time", Form.TIME,
            API + "apis.meta.v1.MicroTime", Form.MICRO_TIME);

    private final Dialect dialect;

    /** The two forms in which Kubernetes publishes its schemas. */
    enum Dialect {
        V2("#/definitions/"),
        V3("#/components/schemas/");

        private final String prefix;

        Dialect(String prefix) {
            this.prefix = prefix;
        }
    }

    SchemaJson(Dialect dialect) {
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }

    /** The schema that all fields of a form refer to. */
    static Optional<String> sharedName(Form form) {
        return Optional.ofNullable(SHARED.get(form));
    }

    /**
     * One schema.
     *
     * @param texts the resource
     */
    ObjectNode schema(String name, ObjectNode texts) {
        Form shared = SHARED_FORMS.get(name);
        return shared == null ? struct(texts.path(name)) : shared(shared);
    }

    ObjectNode reference(String name) {
        return Json.object().put("$ref", dialect.prefix + name);
    }

    static ObjectNode kind(GroupVersionKind kind) {
        return Json.object().put("group", kind.group()).put("kind", kind.kind()).put("version", kind.version());
    }

    private ObjectNode shared(Form form) {
        ObjectNode schema = Json.object();
        switch (form) {
            case QUANTITY -> {
                schema.put(
                        "description",
                        "An amount of a resource: a number with an optional suffix (m, k, M, G, T, P, E, Ki, Mi, Gi, Ti,"
                                + " Pi, Ei) or decimal exponent.");
                oneOf(schema, "string", "number");
            }
            case INT_OR_STRING -> {
                schema.put("description", "A number, or a text such as a percentage or the name of a port.");
                schema.put("format", "int-or-string");
                oneOf(schema, "integer", "string");
            }
            case TIME ->
                schema.put("description", "A point in time, RFC 3339.")
                        .put("format", "date-time")
                        .put("type", "string");
            case MICRO_TIME ->
                schema.put("description", "A point in time to the microsecond, RFC 3339.")
                        .put("format", "date-time")
                        .put("type", "string");
            case STRING, BOOLEAN, INT32, INT64, DOUBLE, BYTE, OBJECT, ANY ->
                throw new IllegalArgumentException(form + " has no schema of its own");
        }
        return schema;
    }

    private void oneOf(ObjectNode schema, String first, String second) {
        if (dialect == Dialect.V2) {
            schema.put("type", "string");
        } else {
            ArrayNode types = schema.putArray("oneOf");
            types.addObject().put("type", first);
            types.addObject().put("type", second);
        }
    }

    private ObjectNode struct(JsonNode from) {
        ObjectNode schema = Json.object();
        copyText(from, "d", schema, "description");
        schema.put("type", "object");
        ObjectNode properties = Json.object();
        ArrayNode required = Json.mapper().createArrayNode();
        for (Map.Entry<String, JsonNode> field : from.path("p").properties()) {
            properties.set(field.getKey(), field(field.getValue()));
            if (field.getValue().path("r").asBoolean()) {
                required.add(field.getKey());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (!properties.isEmpty()) {
            schema.set("properties", properties);
        }
        if (from.has("g")) {
            ArrayNode kinds = schema.putArray("x-kubernetes-group-version-kind");
            from.path("g").forEach(kind -> kinds.add(kind(SchemaTable.kind(kind.asText()))));
        }
        copyText(from, "u", schema, "x-kubernetes-map-type");
        return schema;
    }

    /** The schema of a field, with what the field says of itself. */
    ObjectNode field(JsonNode from) {
        SchemaType type = SchemaType.parse(from.path("t").asText());
        ObjectNode schema = type(type);
        boolean siblings = from.has("d") || from.has("u");
        if (schema.has("$ref") && siblings && dialect == Dialect.V3) {
            ObjectNode referring = Json.object();
            referring.putArray("allOf").add(schema);
            schema = referring;
        }
        copyText(from, "d", schema, "description");
        if (from.has("e")) {
            schema.set("enum", from.path("e"));
        }
        copyText(from, "l", schema, "x-kubernetes-list-type");
        if (from.has("k")) {
            schema.set("x-kubernetes-list-map-keys", from.path("k"));
        }
        copyText(from, "m", schema, "x-kubernetes-patch-merge-key");
        copyText(from, "s", schema, "x-kubernetes-patch-strategy");
        copyText(from, "u", schema, "x-kubernetes-map-type");
        return schema;
    }

    private ObjectNode type(SchemaType type) {
        return switch (type) {
            case SchemaType.Named named -> reference(named.name());
            case SchemaType.ListOf list -> {
                ObjectNode schema = Json.object().put("type", "array");
                schema.set("items", type(list.items()));
                yield schema;
            }
            case SchemaType.MapOf map -> {
                ObjectNode schema = Json.object().put("type", "object");
                schema.set("additionalProperties", type(map.values()));
                yield schema;
            }
            case SchemaType.Plain plain ->
                sharedName(plain.form()).map(this::reference).orElseGet(() -> plain(plain.form()));
        };
    }

    private static ObjectNode plain(Form form) {
        ObjectNode schema = Json.object();
        if (!form.type().isEmpty()) {
            schema.put("type", form.type());
        }
        if (!form.format().isEmpty()) {
            schema.put("format", form.format());
        }
        return schema;
    }

    private static void copyText(JsonNode from, String member, ObjectNode to, String as) {
        if (from.has(member)) {
            to.put(as, from.path(member).asText());
        }
    }
}
