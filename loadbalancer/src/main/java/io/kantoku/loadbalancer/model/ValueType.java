package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the value of a member in a {@link LineForm} is. */
enum ValueType {
    /** Without blanks. */
    WORD(""),
    /** One word that may have blanks in it. */
    TEXT("~"),
    /** Several words. */
    WORDS("*"),
    /** Several words, an array. */
    LIST("+"),
    NUMBER("#"),
    /** A number of bytes or entries, which may have a unit in the file. */
    SIZE("$"),
    /** Milliseconds. */
    DURATION("%"),
    BOOLEAN("="),
    OBJECTS(":");

    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,9}");
    private static final Pattern SIZE_WITH_UNIT = Pattern.compile("(\\d{1,6})([km]?)");
    private static final String UNITS = " km";
    private static final int BITS_OF_UNIT = 10;

    private final String sign;

    ValueType(String sign) {
        this.sign = sign;
    }

    static ValueType of(String sign) {
        for (ValueType type : values()) {
            if (type.sign.equals(sign)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no type of values is written " + sign);
    }

    /** The value of a text, {@code null} when it is none. */
    @Nullable
    JsonNode read(String text) {
        return switch (this) {
            case WORD, TEXT, WORDS -> TextNode.valueOf(text);
            case LIST -> list(text);
            case NUMBER -> INTEGER.matcher(text).matches() ? IntNode.valueOf(Integer.parseInt(text)) : null;
            case SIZE -> size(text);
            case DURATION -> Member.node(Durations.parseMillis(text));
            case BOOLEAN -> BooleanNode.TRUE;
            case OBJECTS -> null;
        };
    }

    private static @Nullable JsonNode size(String text) {
        Matcher matcher = SIZE_WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            return INTEGER.matcher(text).matches() ? IntNode.valueOf(Integer.parseInt(text)) : null;
        }
        String unit = matcher.group(2);
        int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit);
        long size = Long.parseLong(matcher.group(1)) << (BITS_OF_UNIT * power);
        return size > Integer.MAX_VALUE ? null : IntNode.valueOf((int) size);
    }

    private static JsonNode list(String text) {
        ArrayNode list = ApiJson.object().arrayNode();
        Words.parse(text).spelled().forEach(list::add);
        return list;
    }

    /** What tells one form from another: a word, or true. */
    static JsonNode fixed(String value) {
        return value.equals("true") ? BooleanNode.TRUE : TextNode.valueOf(value);
    }

    /** Refuses what the schema does not allow. */
    void check(String member, JsonNode value) {
        Member.Check check = switch (this) {
            case WORD -> Member.ONE_WORD;
            case TEXT, WORDS -> Member.TEXT;
            case LIST -> Member.TEXTS;
            case NUMBER -> Member.INTEGER;
            case SIZE, DURATION -> Member.NUMBER;
            case BOOLEAN -> Member.BOOLEAN;
            case OBJECTS -> Member.OBJECTS;
        };
        check.check(member, value);
    }
}
