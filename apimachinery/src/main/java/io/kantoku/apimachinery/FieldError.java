package io.kantoku.apimachinery;

import org.jspecify.annotations.Nullable;

/**
 * One field of an object that is wrong, in the terms and the wording of the Kubernetes API ({@code field.Error}).
 *
 * @param type the kind of fault
 * @param field the path, for example {@code spec.containers[0].image}
 * @param value the value found as it is shown to people, null when showing none makes sense
 * @param detail why it is wrong and what would be right, may be empty
 */
public record FieldError(Type type, String field, @Nullable String value, String detail) {
    /** The kinds of fault, with the {@code reason} of a Status cause and the words that messages begin with. */
    public enum Type {
        REQUIRED("FieldValueRequired", "Required value"),
        INVALID("FieldValueInvalid", "Invalid value"),
        DUPLICATE("FieldValueDuplicate", "Duplicate value"),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
        FORBIDDEN("FieldValueForbidden", "Forbidden"),
        TOO_LONG("FieldValueTooLong", "Too long"),
        TOO_MANY("FieldValueTooMany", "Too many"),
        NOT_FOUND("FieldValueNotFound", "Not found"),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value");

        private final String reason;
        private final String words;

        Type(String reason, String words) {
            this.reason = reason;
            this.words = words;
        }

        public String reason() {
            return reason;
        }
    }

    public static FieldError required(String field, String detail) {
        return new FieldError(Type.REQUIRED, field, null, detail);
    }

    /** {@code value} as it is shown: strings quoted, numbers plain. */
    public static FieldError invalid(String field, String value, String detail) {
        return new FieldError(Type.INVALID, field, value, detail);
    }

    public static FieldError notSupported(String field, String value, java.util.Collection<String> supported) {
        return new FieldError(
                Type.NOT_SUPPORTED, field, "\"" + value + "\"", "supported values: \"" + String.join("\", \"", supported) + "\"");
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError(Type.FORBIDDEN, field, null, detail);
    }

    public static FieldError duplicate(String field, String value) {
        return new FieldError(Type.DUPLICATE, field, value, "");
    }

    /** The fault without its field: {@code Invalid value: 0: must be greater than 0}. */
    public String message() {
        StringBuilder text = new StringBuilder(type.words);
        if (value != null) {
            text.append(": ").append(value);
        }
        if (!detail.isEmpty()) {
            text.append(": ").append(detail);
        }
        return text.toString();
    }
}
