package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One field that is wrong, worded as the Kubernetes API words it.
 *
 * @param kind what is wrong
 * @param field the path of the field
 * @param value the wrong value, null when it is absent or must not be shown
 * @param detail why, {@code ""} when the kind says it all
 */
public record FieldError(Kind kind, String field, @Nullable JsonNode value, String detail) {

    /** The ways in which a field can be wrong, each with the cause's reason and the words of its message. */
    public enum Kind {
        NOT_FOUND("FieldValueNotFound", "Not found", true),
        REQUIRED("FieldValueRequired", "Required value", false),
        DUPLICATE("FieldValueDuplicate", "Duplicate value", true),
        INVALID("FieldValueInvalid", "Invalid value", true),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value", true),
        FORBIDDEN("FieldValueForbidden", "Forbidden", false),
        TOO_LONG("FieldValueTooLong", "Too long", false),
        TOO_MANY("FieldValueTooMany", "Too many", true),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value", true),
        INTERNAL("InternalError", "Internal error", false);

        private final String reason;
        private final String words;
        private final boolean showsValue;

        Kind(String reason, String words, boolean showsValue) {
            this.reason = reason;
            this.words = words;
            this.showsValue = showsValue;
        }

        public String reason() {
            return reason;
        }
    }

    public static FieldError required(FieldPath field, String detail) {
        return new FieldError(Kind.REQUIRED, field.toString(), null, detail);
    }

    public static FieldError invalid(FieldPath field, @Nullable JsonNode value, String detail) {
        return new FieldError(Kind.INVALID, field.toString(), value, detail);
    }

    public static FieldError invalid(FieldPath field, String value, String detail) {
        return invalid(field, TextNode.valueOf(value), detail);
    }

    /** The value has another JSON type than the field. */
    public static FieldError typeInvalid(FieldPath field, @Nullable JsonNode value, String detail) {
        return new FieldError(Kind.TYPE_INVALID, field.toString(), value, detail);
    }

    public static FieldError notFound(FieldPath field, String value) {
        return new FieldError(Kind.NOT_FOUND, field.toString(), TextNode.valueOf(value), "");
    }

    public static FieldError duplicate(FieldPath field, JsonNode value) {
        return new FieldError(Kind.DUPLICATE, field.toString(), value, "");
    }

    public static FieldError duplicate(FieldPath field, String value) {
        return duplicate(field, TextNode.valueOf(value));
    }

    public static FieldError notSupported(FieldPath field, @Nullable JsonNode value, Collection<String> supported) {
        return new FieldError(
                Kind.NOT_SUPPORTED,
                field.toString(),
                value,
                supported.stream()
                        .map(FieldError::quote)
                        .collect(Collectors.joining(", ", supported.isEmpty() ? "" : "supported values: ", "")));
    }

    public static FieldError notSupported(FieldPath field, String value, Collection<String> supported) {
        return notSupported(field, TextNode.valueOf(value), supported);
    }

    public static FieldError forbidden(FieldPath field, String detail) {
        return new FieldError(Kind.FORBIDDEN, field.toString(), null, detail);
    }

    public static FieldError tooLong(FieldPath field, int maximum) {
        return new FieldError(Kind.TOO_LONG, field.toString(), null, "may not be more than " + maximum + " bytes");
    }

    public static FieldError tooMany(FieldPath field, int actual, int maximum) {
        String items = maximum == 1 ? " item" : " items";
        return new FieldError(
                Kind.TOO_MANY, field.toString(), IntNode.valueOf(actual), "must have at most " + maximum + items);
    }

    /** The message without the field: {@code Invalid value: "x": must be …}. */
    public String body() {
        String body = kind.words;
        if (kind.showsValue) {
            body += ": " + show(value);
        }
        return detail.isEmpty() ? body : body + ": " + detail;
    }

    public Status.Cause toCause() {
        return new Status.Cause(kind.reason, body(), field);
    }

    @Override
    public String toString() {
        return field + ": " + body();
    }

    private static String show(@Nullable JsonNode value) {
        return value == null ? "null" : value.isTextual() ? quote(value.textValue()) : value.toString();
    }

    private static String quote(String text) {
        return TextNode.valueOf(text).toString();
    }
}
