package io.kantoku.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.protobuf.MessageTypes.Field;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;

/** Makes trees of messages as Go's JSON encoder would write them: zero values that are to be left out are left out. */
final class MessageReader {
    private static final int DEEPEST = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Reads a message of a type; most become objects, a few have a form of their own. */
    JsonNode message(String type, WireReader in, int depth) {
        if (depth > DEEPEST) {
            throw ApiException.badRequest("the protobuf message is nested more than " + DEEPEST + " deep");
        }
        return switch (type) {
            case "meta.v1.Time" -> time(in, false);
            case "meta.v1.MicroTime" -> time(in, true);
            case "meta.v1.Duration" -> duration(in);
            case "resource.Quantity" -> quantity(in);
            case "intstr.IntOrString" -> intOrString(in);
            case "runtime.RawExtension", "meta.v1.FieldsV1", "apiextensions.v1.JSON" -> raw(in);
            case "apiextensions.v1.JSONSchemaPropsOrBool" -> schemaOrFlag(in, depth);
            case "apiextensions.v1.JSONSchemaPropsOrArray" -> schemaOrArray(in, depth);
            case "apiextensions.v1.JSONSchemaPropsOrStringArray" -> schemaOrTexts(in, depth);
            default -> type.endsWith(".ExtraValue") || type.endsWith(".Verbs") ? texts(in) : object(type, in, depth);
        };
    }

    private ObjectNode object(String type, WireReader in, int depth) {
        Map<Integer, Field> fields = MessageTypes.fields(type);
        ObjectNode object = NODES.objectNode();
        while (in.more()) {
            int tag = in.tag();
            Field field = fields == null ? null : fields.get(tag >>> 3);
            if (field == null) {
                in.skip(tag & 7);
            } else {
                member(object, field, in, tag & 7, depth);
            }
        }
        return object;
    }

    private void member(ObjectNode object, Field field, WireReader in, int wireType, int depth) {
        if (field.inline()) {
            if (message(field.type(), in.message(), depth + 1) instanceof ObjectNode members) {
                object.setAll(members);
            }
            return;
        }
        switch (field.shape()) {
            case ONE -> {
                JsonNode value = value(field.type(), in, wireType, depth);
                if (!value.isNull() && (field.keepZero() || !isZero(value))) {
                    object.set(field.name(), value);
                }
            }
            case LIST -> list(object, field, in, wireType, depth);
            case MAP -> entry(object.withObjectProperty(field.name()), field.type(), in.message(), depth);
        }
    }

    private void list(ObjectNode object, Field field, WireReader in, int wireType, int depth) {
        ArrayNode list = object.withArrayProperty(field.name());
        boolean packed = wireType == WireReader.BYTES
                && (field.type().startsWith("int") || field.type().equals("bool"));
        if (!packed) {
            list.add(value(field.type(), in, wireType, depth));
            return;
        }
        WireReader numbers = in.message();
        while (numbers.more()) {
            list.add(value(field.type(), numbers, WireReader.VARINT, depth));
        }
    }

    private void entry(ObjectNode map, String type, WireReader in, int depth) {
        String key = "";
        JsonNode value = null;
        boolean list = type.startsWith("[]");
        while (in.more()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> key = in.text();
                case 2 -> value = list ? texts(in.message()) : value(type, in, tag & 7, depth);
                default -> in.skip(tag & 7);
            }
        }
        map.set(key, value == null ? zero(type) : value);
    }

    private JsonNode value(String type, WireReader in, int wireType, int depth) {
        return switch (type) {
            case "string" -> TextNode.valueOf(in.text());
            case "bytes" -> TextNode.valueOf(Base64.getEncoder().encodeToString(in.bytes()));
            case "bool" -> BooleanNode.valueOf(in.varint() != 0);
            case "int32" -> IntNode.valueOf((int) in.varint());
            case "int64", "int", "uint8" -> number(in.varint());
            case "float64" -> DoubleNode.valueOf(in.fixed64());
            default -> {
                if (wireType == WireReader.VARINT) {
                    yield number(in.varint());
                }
                yield isMessage(type) ? message(type, in.message(), depth + 1) : TextNode.valueOf(in.text());
            }
        };
    }

    /** Held as the JSON parser holds it. */
    private static JsonNode number(long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    static boolean isMessage(String type) {
        return MessageTypes.fields(type) != null
                || switch (type) {
                    case "meta.v1.Time",
                            "meta.v1.MicroTime",
                            "meta.v1.Duration",
                            "meta.v1.FieldsV1",
                            "resource.Quantity",
                            "intstr.IntOrString",
                            "runtime.RawExtension",
                            "apiextensions.v1.JSON" -> true;
                    default -> type.endsWith(".ExtraValue") || type.endsWith(".Verbs");
                };
    }

    private static JsonNode zero(String type) {
        return switch (type) {
            case "string", "bytes" -> TextNode.valueOf("");
            case "bool" -> BooleanNode.FALSE;
            case "resource.Quantity" -> TextNode.valueOf("0");
            default -> NODES.objectNode();
        };
    }

    private static boolean isZero(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.textValue().isEmpty();
            case NUMBER -> value.doubleValue() == 0;
            case BOOLEAN -> !value.booleanValue();
            case OBJECT, ARRAY -> value.isEmpty();
            case NULL, MISSING -> true;
            case BINARY, POJO -> false;
        };
    }

    private static JsonNode time(WireReader in, boolean micro) {
        long seconds = 0;
        long nanos = 0;
        boolean any = in.more();
        while (in.more()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> seconds = in.varint();
                case 2 -> nanos = in.varint();
                default -> in.skip(tag & 7);
            }
        }
        if (!any) {
            return NullNode.getInstance();
        }
        try {
            Instant instant = Instant.ofEpochSecond(seconds, micro ? nanos : 0);
            return TextNode.valueOf(micro ? MICROS.format(instant) : instant.toString());
        } catch (java.time.DateTimeException e) {
            throw ApiException.badRequest("a time in the protobuf message is out of range");
        }
    }

    private static JsonNode duration(WireReader in) {
        long nanos = 0;
        while (in.more()) {
            int tag = in.tag();
            if (tag >>> 3 == 1) {
                nanos = in.varint();
            } else {
                in.skip(tag & 7);
            }
        }
        return TextNode.valueOf(nanos % 1_000_000_000 == 0 ? nanos / 1_000_000_000 + "s" : nanos + "ns");
    }

    private static JsonNode quantity(WireReader in) {
        String text = "0";
        while (in.more()) {
            int tag = in.tag();
            if (tag >>> 3 == 1) {
                text = in.text();
            } else {
                in.skip(tag & 7);
            }
        }
        return TextNode.valueOf(text.isEmpty() ? "0" : text);
    }

    private static JsonNode intOrString(WireReader in) {
        long form = 0;
        int number = 0;
        String text = "";
        while (in.more()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> form = in.varint();
                case 2 -> number = (int) in.varint();
                case 3 -> text = in.text();
                default -> in.skip(tag & 7);
            }
        }
        return form == 0 ? number(number) : TextNode.valueOf(text);
    }

    /** JSON that protobuf carries as it is. */
    private static JsonNode raw(WireReader in) {
        JsonNode value = NullNode.getInstance();
        while (in.more()) {
            int tag = in.tag();
            if (tag >>> 3 == 1) {
                byte[] json = in.bytes();
                value = json.length == 0 ? value : Json.parse(json);
            } else {
                in.skip(tag & 7);
            }
        }
        return value;
    }

    private static ArrayNode texts(WireReader in) {
        ArrayNode texts = NODES.arrayNode();
        while (in.more()) {
            int tag = in.tag();
            if (tag >>> 3 == 1) {
                texts.add(in.text());
            } else {
                in.skip(tag & 7);
            }
        }
        return texts;
    }

    private JsonNode schemaOrArray(WireReader in, int depth) {
        ArrayNode schemas = NODES.arrayNode();
        while (in.more()) {
            int tag = in.tag();
            JsonNode schema = message("apiextensions.v1.JSONSchemaProps", in.message(), depth + 1);
            if (tag >>> 3 == 1) {
                return schema;
            }
            schemas.add(schema);
        }
        return schemas;
    }

    /** {@code additionalProperties}: a flag, which is always there, and perhaps a schema. */
    private JsonNode schemaOrFlag(WireReader in, int depth) {
        JsonNode value = BooleanNode.FALSE;
        while (in.more()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> value = BooleanNode.valueOf(in.varint() != 0);
                case 2 -> {
                    return message("apiextensions.v1.JSONSchemaProps", in.message(), depth + 1);
                }
                default -> in.skip(tag & 7);
            }
        }
        return value;
    }

    /** {@code dependencies}: a schema or texts. */
    private JsonNode schemaOrTexts(WireReader in, int depth) {
        ArrayNode texts = NODES.arrayNode();
        while (in.more()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> {
                    return message("apiextensions.v1.JSONSchemaProps", in.message(), depth + 1);
                }
                case 2 -> texts.add(in.text());
                default -> in.skip(tag & 7);
            }
        }
        return texts;
    }
}
