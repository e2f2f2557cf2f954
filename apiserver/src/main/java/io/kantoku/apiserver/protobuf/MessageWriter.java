package io.kantoku.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.protobuf.MessageTypes.Field;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Map;

/** Makes messages of trees, the reverse of {@link MessageReader}: what a message has no field for is left out. */
final class MessageWriter {
    private static final String SCHEMA = "apiextensions.v1.JSONSchemaProps";

    private MessageWriter() {}

    /** The bytes of a message of a type. */
    static byte[] message(String type, JsonNode value) {
        WireWriter out = new WireWriter();
        switch (type) {
            case "meta.v1.Time", "meta.v1.MicroTime" -> time(out, value);
            case "meta.v1.Duration" -> out.varint(1, nanos(value.asText()));
            case "resource.Quantity" -> out.text(1, value.asText());
            case "intstr.IntOrString" -> intOrString(out, value);
            case "runtime.RawExtension", "meta.v1.FieldsV1", "apiextensions.v1.JSON", "apiextensions.v1beta1.JSON" ->
                out.bytes(1, Json.bytes(value));
            case "apiextensions.v1.JSONSchemaPropsOrBool" -> schemaOrFlag(out, value);
            case "apiextensions.v1.JSONSchemaPropsOrArray" -> schemaOrArray(out, value);
            case "apiextensions.v1.JSONSchemaPropsOrStringArray" -> schemaOrTexts(out, value);
            default -> {
                if (type.endsWith(".ExtraValue") || type.endsWith(".Verbs")) {
                    value.forEach(text -> out.text(1, text.asText()));
                } else {
                    members(out, type, value);
                }
            }
        }
        return out.toBytes();
    }

    private static void members(WireWriter out, String type, JsonNode object) {
        Map<Integer, Field> fields = MessageTypes.fields(type);
        if (fields == null) {
            return;
        }
        fields.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> member(out, entry.getKey(), entry.getValue(), object));
    }

    private static void member(WireWriter out, int number, Field field, JsonNode object) {
        if (field.inline()) {
            out.bytes(number, message(field.type(), object));
            return;
        }
        JsonNode value = object.path(field.name());
        if (value.isNull() || value.isMissingNode()) {
            return;
        }
        switch (field.shape()) {
            case ONE -> value(out, number, field.type(), value);
            case LIST -> value.forEach(item -> value(out, number, field.type(), item));
            case MAP ->
                value.properties().forEach(entry -> {
                    WireWriter pair = new WireWriter();
                    pair.text(1, entry.getKey());
                    if (field.type().startsWith("[]")) {
                        WireWriter list = new WireWriter();
                        entry.getValue().forEach(item -> list.text(1, item.asText()));
                        pair.bytes(2, list.toBytes());
                    } else {
                        value(pair, 2, field.type(), entry.getValue());
                    }
                    out.bytes(number, pair.toBytes());
                });
        }
    }

    private static void value(WireWriter out, int number, String type, JsonNode value) {
        switch (type) {
            case "string" -> out.text(number, value.asText());
            case "bytes" -> out.bytes(number, Base64.getDecoder().decode(value.asText()));
            case "bool" -> out.varint(number, value.asBoolean() ? 1 : 0);
            case "int32", "int64", "int", "uint8" -> out.varint(number, value.asLong());
            case "float64" -> out.fixed64(number, value.asDouble());
            default -> {
                if (MessageReader.isMessage(type)) {
                    out.bytes(number, message(type, value));
                } else if (value.isNumber()) {
                    out.varint(number, value.asLong());
                } else {
                    out.text(number, value.asText());
                }
            }
        }
    }

    private static void time(WireWriter out, JsonNode value) {
        try {
            Instant instant = Instant.parse(value.asText());
            long seconds = instant.getEpochSecond();
            int nanos = instant.getNano();
            out.varint(1, seconds);
            if (nanos != 0) {
                out.varint(2, nanos);
            }
        } catch (DateTimeParseException e) {
            // an object that was stored without validation: the time is left out, as a zero time is
        }
    }

    /** The nanoseconds of a duration in Go's notation, as far as the reader of this package writes it. */
    private static long nanos(String text) {
        try {
            return Duration.parse("PT" + text.replace("ns", "")).toNanos();
        } catch (DateTimeParseException e) {
            return text.endsWith("ns") ? Long.parseLong(text.substring(0, text.length() - 2)) : 0;
        }
    }

    private static void intOrString(WireWriter out, JsonNode value) {
        out.varint(1, value.isTextual() ? 1 : 0);
        out.varint(2, value.isTextual() ? 0 : value.asLong());
        out.text(3, value.isTextual() ? value.asText() : "");
    }

    private static void schemaOrFlag(WireWriter out, JsonNode value) {
        out.varint(1, value.isObject() || value.asBoolean() ? 1 : 0);
        if (value.isObject()) {
            out.bytes(2, message(SCHEMA, value));
        }
    }

    private static void schemaOrArray(WireWriter out, JsonNode value) {
        if (value.isArray()) {
            value.forEach(schema -> out.bytes(2, message(SCHEMA, schema)));
        } else {
            out.bytes(1, message(SCHEMA, value));
        }
    }

    private static void schemaOrTexts(WireWriter out, JsonNode value) {
        if (value.isArray()) {
            value.forEach(text -> out.text(2, text.asText()));
        } else {
            out.bytes(1, message(SCHEMA, value));
        }
    }
}
