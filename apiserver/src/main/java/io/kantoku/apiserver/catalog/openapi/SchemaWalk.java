package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.apiserver.catalog.openapi.SchemaTable.Struct;
import io.kantoku.apiserver.registry.TypeFault;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One walk through an object along its schema, as the decoder of an API server goes: what the schema does not know is named,
 * and if asked dropped; nulls are dropped and quantities written in their canonical form; a value of another type than its
 * field's ends the walk.
 */
final class SchemaWalk {
    private final SchemaTable table;
    private final boolean change;
    private final List<String> unknown = new ArrayList<>();

    /** A value that cannot be read as what its field holds; in the words of Go's decoder. */
    static final class WrongType extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient TypeFault fault;

        WrongType(TypeFault fault) {
            super(fault.decoded());
            this.fault = fault;
        }

        /** The same of a value whose type reads itself, from a tree as from a text. */
        WrongType(String message) {
            this(new TypeFault(message, message));
        }

        TypeFault fault() {
            return fault;
        }
    }

    SchemaWalk(SchemaTable table, boolean change) {
        this.table = table;
        this.change = change;
    }

    List<String> unknown() {
        return unknown;
    }

    /** @throws WrongType when {@code change} and a value does not fit */
    void object(ObjectNode object, Struct struct) {
        struct(object, struct, FieldPath.ROOT, "");
    }

    private void struct(ObjectNode object, Struct struct, FieldPath path, String goPath) {
        List<String> dropped = new ArrayList<>(0);
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String name = entry.getKey();
            SchemaType type = struct.fields().get(name);
            if (type == null) {
                unknown.add(path.child(name).toString());
                dropped.add(name);
            } else if (entry.getValue().isNull()) {
                if (!(type instanceof SchemaType.Plain plain) || plain.form() != SchemaType.Form.ANY) {
                    dropped.add(name);
                }
            } else {
                String at = goPath.isEmpty() ? name : goPath + "." + name;
                JsonNode value = value(entry.getValue(), type, struct, path.child(name), at);
                if (change) {
                    entry.setValue(value);
                }
            }
        }
        if (change) {
            object.remove(dropped);
        }
    }

    /** The value itself, or what it is in canonical form. */
    private JsonNode value(JsonNode node, SchemaType type, Struct holder, FieldPath path, String goPath) {
        return switch (type) {
            case SchemaType.Named named -> {
                if (node instanceof ObjectNode object) {
                    struct(object, table.named(named.name()), path, goPath);
                } else {
                    wrong(node, type, holder, goPath);
                }
                yield node;
            }
            case SchemaType.ListOf list -> {
                if (node instanceof ArrayNode array) {
                    items(array, list, holder, path, goPath);
                } else {
                    wrong(node, type, holder, goPath);
                }
                yield node;
            }
            case SchemaType.MapOf map -> {
                if (node instanceof ObjectNode object) {
                    values(object, map, holder, path, goPath);
                } else {
                    wrong(node, type, holder, goPath);
                }
                yield node;
            }
            case SchemaType.Plain plain -> plain(node, plain, holder, goPath);
        };
    }

    private void items(ArrayNode array, SchemaType.ListOf list, Struct holder, FieldPath path, String goPath) {
        for (int i = 0; i < array.size(); i++) {
            JsonNode item = array.get(i);
            if (!item.isNull()) {
                JsonNode value = value(item, list.items(), holder, path.index(i), goPath);
                if (change) {
                    array.set(i, value);
                }
            }
        }
    }

    private void values(ObjectNode object, SchemaType.MapOf map, Struct holder, FieldPath path, String goPath) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getValue().isNull()) {
                JsonNode empty = emptyValue(map.values());
                if (change && empty != null) {
                    entry.setValue(empty);
                }
                continue;
            }
            JsonNode value = value(entry.getValue(), map.values(), holder, path.child(entry.getKey()), goPath);
            if (change) {
                entry.setValue(value);
            }
        }
    }

    /** A null in a map of texts reads as an empty text. */
    private static @Nullable JsonNode emptyValue(SchemaType type) {
        return type instanceof SchemaType.Plain plain
                        && (plain.form() == SchemaType.Form.STRING || plain.form() == SchemaType.Form.BYTE)
                ? TextNode.valueOf("")
                : null;
    }

    private JsonNode plain(JsonNode node, SchemaType.Plain type, Struct holder, String goPath) {
        return switch (type.form()) {
            case ANY -> node;
            case OBJECT -> require(node.isContainerNode() || node.isValueNode(), node, type, holder, goPath);
            case STRING -> require(node.isTextual(), node, type, holder, goPath);
            case BOOLEAN -> require(node.isBoolean(), node, type, holder, goPath);
            case INT32 -> require(node.isIntegralNumber() && node.canConvertToInt(), node, type, holder, goPath);
            case INT64 -> require(node.isIntegralNumber() && node.canConvertToLong(), node, type, holder, goPath);
            case DOUBLE -> require(node.isNumber(), node, type, holder, goPath);
            case INT_OR_STRING ->
                require(
                        node.isTextual() || (node.canConvertToInt() && node.isIntegralNumber()),
                        node,
                        type,
                        holder,
                        goPath);
            case BYTE -> bytes(require(node.isTextual(), node, type, holder, goPath));
            case TIME, MICRO_TIME -> time(require(node.isTextual(), node, type, holder, goPath));
            case QUANTITY -> quantity(require(node.isTextual() || node.isNumber(), node, type, holder, goPath));
        };
    }

    private JsonNode quantity(JsonNode node) {
        if (!change) {
            return node;
        }
        try {
            String canonical = Quantity.parse(node.asText()).toString();
            return node.isTextual() && node.asText().equals(canonical) ? node : TextNode.valueOf(canonical);
        } catch (IllegalArgumentException fault) {
            throw new WrongType(String.valueOf(fault.getMessage()));
        }
    }

    private JsonNode time(JsonNode node) {
        if (change && !node.asText().isEmpty()) {
            try {
                OffsetDateTime.parse(node.asText());
            } catch (DateTimeParseException fault) {
                throw new WrongType("parsing time " + TextNode.valueOf(node.toString())
                        + " as \"2006-01-02T15:04:05Z07:00\": cannot parse it");
            }
        }
        return node;
    }

    private JsonNode bytes(JsonNode node) {
        if (change) {
            try {
                Base64.getDecoder().decode(node.asText().replace("\n", "").replace("\r", ""));
            } catch (IllegalArgumentException fault) {
                throw new WrongType("illegal base64 data: " + fault.getMessage());
            }
        }
        return node;
    }

    private JsonNode require(boolean fits, JsonNode node, SchemaType type, Struct holder, String goPath) {
        if (!fits) {
            wrong(node, type, holder, goPath);
        }
        return node;
    }

    private void wrong(JsonNode node, SchemaType type, Struct holder, String goPath) {
        if (change) {
            String decoded = "json: cannot unmarshal " + jsonName(node) + " into Go struct field " + holder.simpleName()
                    + "." + goPath + " of type " + type.goName();
            throw new WrongType(new TypeFault(decoded, converterSays(node, type, decoded)));
        }
    }

    private static String converterSays(JsonNode node, SchemaType type, String decoded) {
        return switch (type) {
            case SchemaType.Named named -> "cannot restore struct from: " + goKind(node);
            case SchemaType.ListOf list -> "cannot restore slice from " + goKind(node);
            case SchemaType.MapOf map -> "cannot restore map from " + goKind(node);
            case SchemaType.Plain plain -> {
                boolean scalar = plain.form() == SchemaType.Form.STRING
                        || plain.form() == SchemaType.Form.BOOLEAN
                        || plain.form() == SchemaType.Form.INT32
                        || plain.form() == SchemaType.Form.INT64
                        || plain.form() == SchemaType.Form.DOUBLE;
                boolean wholeAsText = node.isIntegralNumber() && plain.form() == SchemaType.Form.STRING;
                yield wholeAsText
                        ? "cannot convert int64 to string"
                        : scalar ? "unrecognized type: " + plain.goName() : decoded;
            }
        };
    }

    private static String goKind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING, BINARY -> "string";
            case NUMBER -> node.isIntegralNumber() ? "int64" : "float64";
            case BOOLEAN -> "bool";
            case ARRAY -> "slice";
            case OBJECT, POJO -> "map";
            case NULL, MISSING -> "invalid";
        };
    }

    private static String jsonName(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING, BINARY -> "string";
            case NUMBER -> node.isIntegralNumber() && node.canConvertToInt() ? "number" : "number " + node.asText();
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case NULL, MISSING -> "null";
        };
    }
}
