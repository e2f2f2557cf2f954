package io.kantoku.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns JSON without a schema into CEL's values, and CEL's values into JSON. */
public final class CelValues {
    private CelValues() {}

    /** A value as it stands: objects are maps, whole numbers integers. */
    public static Object of(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                Map<String, Object> map = LinkedHashMap.newLinkedHashMap(object.size());
                object.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
                yield map;
            }
            case ArrayNode array -> {
                List<Object> list = new ArrayList<>(array.size());
                array.forEach(item -> list.add(of(item)));
                yield list;
            }
            default -> scalar(node);
        };
    }

    static Object scalar(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        return node.isNumber() ? (Object) node.doubleValue() : NullValue.NULL_VALUE;
    }

    /**
     * A value as JSON.
     *
     * @throws IllegalArgumentException when the value has no form in JSON
     */
    public static JsonNode json(Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case String text -> nodes.textNode(text);
            case Boolean flag -> nodes.booleanNode(flag);
            case Long number -> nodes.numberNode(number);
            case UnsignedLong number -> nodes.numberNode(number.bigIntegerValue());
            case Double number -> nodes.numberNode(number);
            case NullValue _ -> nodes.nullNode();
            case Instant time -> nodes.textNode(time.toString());
            case Duration duration -> nodes.textNode(seconds(duration));
            case CelByteString bytes -> nodes.textNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
            case List<?> list -> {
                ArrayNode array = nodes.arrayNode();
                list.forEach(item -> array.add(json(item)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = nodes.objectNode();
                map.forEach((key, member) -> {
                    if (!(member instanceof Optional<?> none && none.isEmpty())) {
                        object.set(key.toString(), json(member));
                    }
                });
                yield object;
            }
            case Optional<?> optional -> optional.<JsonNode>map(CelValues::json).orElseGet(nodes::nullNode);
            default ->
                throw new IllegalArgumentException(
                        "a value of type " + value.getClass().getSimpleName() + " cannot be written as JSON");
        };
    }

    /** A duration in seconds, as CEL and protobuf write it. */
    static String seconds(Duration duration) {
        java.math.BigDecimal seconds = java.math.BigDecimal.valueOf(duration.getSeconds())
                .add(java.math.BigDecimal.valueOf(duration.getNano(), 9));
        return (seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString()) + "s";
    }
}
