package io.kantoku.apiserver.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code "…".format([…])} of CEL's string extension: verbs {@code %s %d %f %e %b %o %x %X %%}. */
final class TextFormat {
    private static final Pattern VERB = Pattern.compile("%(%|(?:\\.([0-9]{1,3}))?(.))", Pattern.DOTALL);
    private static final int USUAL_PRECISION = 6;

    private TextFormat() {}

    static void addTo(Functions functions) {
        functions.member(
                "format",
                "string_format",
                SimpleType.STRING,
                List.of(Kinds.TEXT, new Functions.Parameter(ListType.create(SimpleType.DYN), List.class)),
                args -> format((String) args[0], (List<?>) args[1]));
    }

    /** @throws IllegalArgumentException when verbs and values do not go together */
    static String format(String text, List<?> values) {
        StringBuilder out = new StringBuilder();
        Matcher verb = VERB.matcher(text);
        int at = 0;
        int next = 0;
        while (verb.find()) {
            out.append(text, at, verb.start());
            at = verb.end();
            if (verb.group(1).equals("%")) {
                out.append('%');
                continue;
            }
            if (next >= values.size()) {
                throw new IllegalArgumentException("index " + next + " out of range");
            }
            int precision = verb.group(2) == null ? USUAL_PRECISION : Integer.parseInt(verb.group(2));
            out.append(value(verb.group(3).charAt(0), precision, values.get(next++)));
        }
        return out.append(text.substring(at)).toString();
    }

    private static String value(char verb, int precision, Object value) {
        return switch (verb) {
            case 's' -> text(value);
            case 'd' -> whole(value);
            case 'f' -> String.format(Locale.ROOT, "%." + precision + "f", real(value));
            case 'e' -> String.format(Locale.ROOT, "%." + precision + "e", real(value));
            case 'b' -> value instanceof Boolean flag ? (flag ? "1" : "0") : Long.toString(number(value), 2);
            case 'o' -> Long.toString(number(value), 8);
            case 'x' -> hexadecimal(value);
            case 'X' -> hexadecimal(value).toUpperCase(Locale.ROOT);
            default -> throw new IllegalArgumentException("unrecognized formatting clause \"" + verb + "\"");
        };
    }

    private static String whole(Object value) {
        return value instanceof Double real && (real.isNaN() || real.isInfinite())
                ? text(real)
                : value instanceof UnsignedLong unsigned ? unsigned.toString() : Long.toString(number(value));
    }

    private static long number(Object value) {
        return switch (value) {
            case Long number -> number;
            case UnsignedLong number -> number.longValue();
            default -> throw wrong(value);
        };
    }

    private static double real(Object value) {
        return switch (value) {
            case Double number -> number;
            case Long number -> number;
            case UnsignedLong number -> number.doubleValue();
            default -> throw wrong(value);
        };
    }

    private static String hexadecimal(Object value) {
        return switch (value) {
            case String text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case CelByteString bytes -> HexFormat.of().formatHex(bytes.toByteArray());
            default -> Long.toString(number(value), 16);
        };
    }

    /** How {@code %s} shows a value. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case CelByteString bytes -> bytes.toStringUtf8();
            case Double real when real.isInfinite() -> real > 0 ? "Infinity" : "-Infinity";
            case Double real when real == Math.rint(real) && Math.abs(real) < 1e15 -> Long.toString(real.longValue());
            case Duration duration -> CelValues.seconds(duration);
            case List<?> list ->
                "[" + String.join(", ", list.stream().map(TextFormat::text).toList()) + "]";
            case Map<?, ?> map -> {
                Map<String, String> sorted = new TreeMap<>();
                map.forEach((key, member) -> sorted.put(text(key), text(member)));
                yield "{"
                        + String.join(
                                ", ",
                                sorted.entrySet().stream()
                                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                                        .toList())
                        + "}";
            }
            case dev.cel.common.values.NullValue _ -> "null";
            default -> value.toString();
        };
    }

    private static IllegalArgumentException wrong(Object value) {
        return new IllegalArgumentException("no such overload: cannot be formatted so: " + text(value));
    }
}
