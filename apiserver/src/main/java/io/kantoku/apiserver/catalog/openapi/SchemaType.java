package io.kantoku.apiserver.catalog.openapi;

import java.util.Locale;

/** The type of a field, as the resource writes it: {@code string}, {@code []T}, {@code {}T} (a map), {@code #name}. */
sealed interface SchemaType {
    /** A value that has no fields of the schema's. */
    record Plain(Form form) implements SchemaType {}

    record ListOf(SchemaType items) implements SchemaType {}

    record MapOf(SchemaType values) implements SchemaType {}

    /** A struct of the table. */
    record Named(String name) implements SchemaType {}

    /** The plain values, with their OpenAPI type and format ({@code ""} where there is none) and Go's name for them. */
    enum Form {
        STRING("string", "", "string"),
        BOOLEAN("boolean", "", "bool"),
        INT32("integer", "int32", "int32"),
        INT64("integer", "int64", "int64"),
        DOUBLE("number", "double", "float64"),
        BYTE("string", "byte", "[]uint8"),
        QUANTITY("string", "", "resource.Quantity"),
        INT_OR_STRING("", "int-or-string", "intstr.IntOrString"),
        TIME("string", "date-time", "v1.Time"),
        MICRO_TIME("string", "date-time", "v1.MicroTime"),
        OBJECT("object", "", "runtime.RawExtension"),
        ANY("", "", "v1.JSON");

        private final String type;
        private final String format;
        private final String goName;

        Form(String type, String format, String goName) {
            this.type = type;
            this.format = format;
            this.goName = goName;
        }

        String type() {
            return type;
        }

        String format() {
            return format;
        }

        String goName() {
            return goName;
        }
    }

    /** How an error names the type. */
    default String goName() {
        return switch (this) {
            case Plain plain -> plain.form().goName();
            case ListOf list -> "[]" + list.items().goName();
            case MapOf map -> "map[string]" + map.values().goName();
            case Named named -> goName(named.name());
        };
    }

    private static String goName(String name) {
        String[] parts = name.split("\\.", -1);
        return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }

    static SchemaType parse(String expression) {
        if (expression.startsWith("[]")) {
            return new ListOf(parse(expression.substring(2)));
        }
        if (expression.startsWith("{}")) {
            return new MapOf(parse(expression.substring(2)));
        }
        if (expression.startsWith("#")) {
            return new Named(expression.substring(1));
        }
        return new Plain(Form.valueOf(expression.toUpperCase(Locale.ROOT).replace('-', '_')));
    }
}
