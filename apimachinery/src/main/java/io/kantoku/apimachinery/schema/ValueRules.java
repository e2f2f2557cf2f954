package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schema demands of a value beyond its type.
 *
 * @param required members that must be there
 * @param enumeration the values allowed, empty for all
 * @param format for example {@code date-time}, {@code ""} for none
 * @param pattern null for none
 * @param minimum null for none
 * @param maximum null for none
 * @param multipleOf null for none
 * @param minLength in characters; a negative number for none, as for all the counts that follow
 */
record ValueRules(
        List<String> required,
        List<JsonNode> enumeration,
        String format,
        @Nullable SafePattern pattern,
        @Nullable BigDecimal minimum,
        boolean exclusiveMinimum,
        @Nullable BigDecimal maximum,
        boolean exclusiveMaximum,
        @Nullable BigDecimal multipleOf,
        int minLength,
        int maxLength,
        int minItems,
        int maxItems,
        boolean uniqueItems,
        int minProperties,
        int maxProperties,
        List<StructuralSchema> allOf,
        List<StructuralSchema> anyOf,
        List<StructuralSchema> oneOf,
        @Nullable StructuralSchema not) {

    static ValueRules parse(JsonNode schema) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        List<JsonNode> enumeration = new ArrayList<>();
        schema.path("enum").forEach(enumeration::add);
        return new ValueRules(
                List.copyOf(required),
                List.copyOf(enumeration),
                schema.path("format").asText(),
                schema.path("pattern").isTextual()
                        ? SafePattern.compile(schema.path("pattern").textValue())
                        : null,
                number(schema.get("minimum")),
                schema.path("exclusiveMinimum").asBoolean(),
                number(schema.get("maximum")),
                schema.path("exclusiveMaximum").asBoolean(),
                number(schema.get("multipleOf")),
                schema.path("minLength").asInt(-1),
                schema.path("maxLength").asInt(-1),
                schema.path("minItems").asInt(-1),
                schema.path("maxItems").asInt(-1),
                schema.path("uniqueItems").asBoolean(),
                schema.path("minProperties").asInt(-1),
                schema.path("maxProperties").asInt(-1),
                schemas(schema.get("allOf")),
                schemas(schema.get("anyOf")),
                schemas(schema.get("oneOf")),
                schema.path("not").isObject() ? StructuralSchema.parse(schema.path("not")) : null);
    }

    private static @Nullable BigDecimal number(@Nullable JsonNode node) {
        return node == null || !node.isNumber() ? null : node.decimalValue();
    }

    private static List<StructuralSchema> schemas(@Nullable JsonNode node) {
        List<StructuralSchema> schemas = new ArrayList<>();
        if (node instanceof ArrayNode array) {
            array.forEach(schema -> schemas.add(StructuralSchema.parse(schema)));
        }
        return List.copyOf(schemas);
    }
}
