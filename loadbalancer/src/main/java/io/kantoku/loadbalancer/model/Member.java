package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One member of an object that nothing in this program looks at: how it is checked, found in the configuration's text and put there.
 *
 * @param <R> what it is read from
 * @param <W> what it is written to
 */
record Member<R, W>(
        String name, Check check, Function<R, @Nullable JsonNode> read, BiFunction<W, @Nullable JsonNode, W> write) {
    /** Refuses what the schema does not allow. */
    @FunctionalInterface
    interface Check {
        void check(String name, JsonNode value);
    }

    private static final String WORD_PATTERN = "^[^\\s]+$";
    private static final Pattern WORD = Pattern.compile(WORD_PATTERN);

    static final Check NUMBER = (name, value) -> type(name, "an integer", value.isInt() && value.intValue() >= 0);
    static final Check INTEGER = (name, value) -> type(name, "an integer", value.isInt());
    static final Check BOOLEAN = (name, value) -> type(name, "a boolean", value.isBoolean());
    static final Check TEXT = (name, value) -> {
        type(name, "a string", value.isTextual());
        Names.checkText(name, value.textValue());
    };
    static final Check TEXTS = (name, value) -> {
        type(name, "an array", value.isArray());
        value.forEach(one -> TEXT.check(name, one));
    };
    static final Check OBJECTS = (name, value) -> {
        type(name, "an array", value.isArray());
        value.forEach(one -> {
            type(name, "an array of objects", one.isObject());
            one.properties().forEach(member -> {
                Check check = member.getValue().isIntegralNumber() ? INTEGER : TEXT;
                check.check(name + "." + member.getKey(), member.getValue());
            });
        });
    };
    static final Check ONE_WORD = (name, value) -> {
        type(name, "a string", value.isTextual());
        if (!WORD.matcher(value.textValue()).matches()) {
            throw DataPlaneException.pattern(name, WORD_PATTERN);
        }
    };
    static final Check FLAG = oneOf(List.of("enabled", "disabled"));

    static Check oneOf(List<String> allowed) {
        return (name, value) -> {
            type(name, "a string", value.isTextual());
            Names.checkOneOf(name, value.textValue(), allowed);
        };
    }

    static void type(String name, String expected, boolean is) {
        if (!is) {
            throw DataPlaneException.badRequest(name + " in body must be " + expected);
        }
    }

    static @Nullable JsonNode node(@Nullable String value) {
        return value == null ? null : TextNode.valueOf(value);
    }

    static @Nullable JsonNode node(@Nullable Integer value) {
        return value == null ? null : IntNode.valueOf(value);
    }

    static @Nullable JsonNode node(@Nullable Boolean value) {
        return value == null ? null : BooleanNode.valueOf(value);
    }

    static @Nullable JsonNode flag(@Nullable Boolean value) {
        return value == null ? null : TextNode.valueOf(value ? "enabled" : "disabled");
    }

    static @Nullable Boolean isEnabled(@Nullable JsonNode value) {
        return value == null ? null : (Boolean) value.asText().equals("enabled");
    }
}
