package io.kantoku.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.CelByteString;
import io.kantoku.apimachinery.schema.StructuralSchema;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A schema as CEL sees it: the type of its values, how they are made of JSON, and how large they can be (apiserver's
 * {@code cel/common} and {@code model} packages).
 */
@SuppressWarnings("Immutable") // what the functions close over does not change
final class SchemaNode {
    /** The largest request that is read, which bounds what a schema does not. */
    static final long LARGEST_REQUEST = 3L << 20;

    private static final int LONGEST_TIME = 32;
    private static final int WORST_UTF8 = 4;

    private final StructuralSchema schema;
    private final CelType type;
    private final Map<String, SchemaNode> fields = new LinkedHashMap<>();
    private final @Nullable SchemaNode element;
    private final long maxSize;
    private final long minBytes;

    /**
     * @param name what the type is called, unique among {@code types}
     * @param resource whether the value is an object with type and metadata
     * @param types gets every structure
     */
    static SchemaNode of(StructuralSchema schema, String name, boolean resource, Map<String, CelType> types) {
        return new SchemaNode(schema, name, resource || schema.embeddedResource(), types);
    }

    private SchemaNode(StructuralSchema schema, String name, boolean resource, Map<String, CelType> types) {
        this.schema = schema;
        StructuralSchema items = schema.items();
        StructuralSchema additional = schema.additional();
        if (schema.type().equals("array") && items != null) {
            element = of(items, name + ".@items", false, types);
            type = ListType.create(element.type);
            maxSize = schema.maxItems() >= 0 ? schema.maxItems() : LARGEST_REQUEST / (element.minBytes + 1);
            minBytes = 2;
        } else if (schema.type().equals("object") && additional != null) {
            element = of(additional, name + ".@values", false, types);
            type = MapType.create(SimpleType.STRING, element.type);
            maxSize = schema.maxProperties() >= 0 ? schema.maxProperties() : LARGEST_REQUEST / (element.minBytes + 6);
            minBytes = 2;
        } else if (schema.type().equals("object") && !opaque(schema)) {
            element = null;
            schema.properties()
                    .forEach((property, child) -> Identifiers.escape(property)
                            .ifPresent(escaped -> fields.put(escaped, of(child, name + "." + escaped, false, types))));
            if (resource) {
                addMetadata(name, types);
            }
            type = StructType.create(
                    name,
                    ImmutableSet.copyOf(fields.keySet()),
                    field -> Optional.ofNullable(fields.get(field)).map(SchemaNode::type));
            types.put(name, type);
            maxSize = 1;
            minBytes = objectBytes();
        } else {
            element = null;
            type = scalarType();
            maxSize = scalarSize();
            minBytes = schema.type().equals("boolean") ? 4 : schema.type().equals("string") ? 2 : 1;
        }
    }

    private static boolean opaque(StructuralSchema schema) {
        return schema.preserveUnknownFields() && schema.properties().isEmpty();
    }

    private void addMetadata(String name, Map<String, CelType> types) {
        StructuralSchema text = StructuralSchema.text();
        fields.computeIfAbsent("apiVersion", absent -> of(text, name + ".apiVersion", false, types));
        fields.computeIfAbsent("kind", absent -> of(text, name + ".kind", false, types));
        fields.put("metadata", of(StructuralSchema.names(), name + ".metadata", false, types));
    }

    private long objectBytes() {
        long bytes = 2;
        for (String required : schema.required()) {
            StructuralSchema child = schema.properties().get(required);
            SchemaNode node = Identifiers.escape(required).map(fields::get).orElse(null);
            if (child != null && child.defaultValue() == null && node != null) {
                bytes += required.length() + 4 + node.minBytes;
            }
        }
        return bytes;
    }

    private CelType scalarType() {
        if (schema.intOrString()) {
            return SimpleType.DYN;
        }
        return switch (schema.type()) {
            case "boolean" -> SimpleType.BOOL;
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            case "string" ->
                switch (schema.format()) {
                    case "date", "date-time" -> SimpleType.TIMESTAMP;
                    case "duration" -> SimpleType.DURATION;
                    case "byte" -> SimpleType.BYTES;
                    default -> SimpleType.STRING;
                };
            default -> SimpleType.DYN;
        };
    }

    private long scalarSize() {
        if (!schema.type().equals("string")) {
            return schema.type().isEmpty() || schema.type().equals("object") ? LARGEST_REQUEST - 2 : 1;
        }
        if (type.equals(SimpleType.TIMESTAMP) || type.equals(SimpleType.DURATION)) {
            return LONGEST_TIME;
        }
        if (schema.maxLength() >= 0) {
            return (long) schema.maxLength() * WORST_UTF8;
        }
        return schema.enumeration().isEmpty()
                ? LARGEST_REQUEST - 2
                : schema.enumeration().stream()
                        .mapToLong(value -> value.asText().length())
                        .max()
                        .orElse(0);
    }

    CelType type() {
        return type;
    }

    StructuralSchema schema() {
        return schema;
    }

    @Nullable
    SchemaNode field(String escaped) {
        return fields.get(escaped);
    }

    /** What a list's items or a map's values are. */
    @Nullable
    SchemaNode element() {
        return element;
    }

    /** The most items, entries or bytes that a value can have. */
    long maxSize() {
        return maxSize;
    }

    /** How many such values a request can hold. */
    long maxCount() {
        return LARGEST_REQUEST / (minBytes + 1);
    }

    /** The value of a JSON value that the schema has found good. */
    Object value(JsonNode node) {
        SchemaNode each = element;
        if (each != null && node.isArray()) {
            List<Object> list = new ArrayList<>(node.size());
            node.forEach(item -> list.add(each.value(item)));
            return list;
        }
        if (each != null && node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(entry -> map.put(entry.getKey(), each.value(entry.getValue())));
            return map;
        }
        if (node.isObject() && type instanceof StructType) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties()
                    .forEach(entry -> Identifiers.escape(entry.getKey()).ifPresent(escaped -> {
                        SchemaNode field = fields.get(escaped);
                        if (field != null) {
                            map.put(escaped, field.value(entry.getValue()));
                        }
                    }));
            return map;
        }
        return node.isTextual() ? text(node.textValue()) : number(node);
    }

    private Object number(JsonNode node) {
        return type.equals(SimpleType.DOUBLE) && node.isNumber() ? (Object) node.doubleValue() : CelValues.of(node);
    }

    private Object text(String text) {
        try {
            if (type.equals(SimpleType.TIMESTAMP)) {
                return time(text);
            }
            if (type.equals(SimpleType.DURATION)) {
                return GoDuration.parse(text);
            }
            return type.equals(SimpleType.BYTES)
                    ? CelByteString.of(Base64.getDecoder().decode(text))
                    : text;
        } catch (DateTimeException | IllegalArgumentException e) {
            return text; // refused by its format where that is checked
        }
    }

    private Instant time(String text) {
        return schema.format().equals("date")
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant();
    }
}
