package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a value of a type is divided: into members or items that have owners of their own, or not at all. */
final class Ownership {
    private Ownership() {}

    /**
     * A part of a value.
     *
     * @param value what it is; of an item that is there several times, all of them
     * @param type how it is divided itself
     * @param doubled whether the item is there several times: then nobody owns less than all of it
     */
    record Part(JsonNode value, TypeSchema type, boolean doubled) {
        Part(JsonNode value, TypeSchema type) {
            this(value, type, false);
        }

        /** The part when the same item comes once more. */
        Part and(JsonNode again) {
            ArrayNode items = doubled
                    ? (ArrayNode) value
                    : JsonNodeFactory.instance.arrayNode().add(value);
            return new Part(items.add(again), TypeSchema.atomic(), true);
        }
    }

    /** Whether the parts of a value have owners of their own. */
    static boolean isDivided(JsonNode value, TypeSchema type) {
        return switch (type) {
            case TypeSchema.Deduced _, TypeSchema.Granular _ -> value.isObject();
            case TypeSchema.SetList _, TypeSchema.MapList _ -> value.isArray();
            case TypeSchema.Atomic _ -> false;
        };
    }

    /**
     * The parts of a divided value, in order. Items of a list that cannot be told apart for want of a key are left out, and doubled ones
     * are one part together.
     */
    static Map<PathElement, Part> parts(JsonNode value, TypeSchema type) {
        return parts(value, type, "", false);
    }

    /**
     * The parts of a divided value that a client applies.
     *
     * @throws UntypedPatchException when items cannot be told apart
     */
    static Map<PathElement, Part> strictParts(JsonNode value, TypeSchema type, String path) {
        return parts(value, type, path, true);
    }

    private static Map<PathElement, Part> parts(JsonNode value, TypeSchema type, String path, boolean strict) {
        Map<PathElement, Part> parts = new LinkedHashMap<>();
        switch (value) {
            case ObjectNode object ->
                object.properties()
                        .forEach(entry -> parts.put(
                                PathElement.field(entry.getKey()),
                                new Part(entry.getValue(), type.member(entry.getKey()))));
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    JsonNode item = array.get(i);
                    PathElement element = element(item, type);
                    if (strict && element == null) {
                        throw new UntypedPatchException(path + ": element " + i + ": " + keyless(item, type));
                    }
                    if (strict && parts.containsKey(element)) {
                        throw new UntypedPatchException(path + ": duplicate entries for key " + element);
                    }
                    if (element != null) {
                        Part first = parts.get(element);
                        parts.put(element, first == null ? new Part(item, itemType(type)) : first.and(item));
                    }
                }
            }
            default -> {}
        }
        return parts;
    }

    /** The element of an item of a list of that type, null when it cannot be told apart. */
    static @Nullable PathElement element(JsonNode item, TypeSchema type) {
        return type instanceof TypeSchema.MapList list
                ? PathElement.item(list, item)
                : item.isContainerNode() ? null : PathElement.value(item);
    }

    /**
     * What an owner has when the type has changed since: who owned parts of a value that has one owner now owns it whole. The reverse
     * changes nothing: who owned a value that is divided now owns the value, and nothing that is in it.
     */
    static FieldSet under(FieldSet owned, TypeSchema type) {
        if (fits(owned, type)) {
            return owned;
        }
        FieldSet.Builder node = new FieldSet.Builder();
        if (owned.isMember() || !areParts(owned, type)) {
            node.member();
        }
        if (areParts(owned, type)) {
            owned.children().forEach((element, below) -> node.put(element, under(below, typeOf(element, type))));
        }
        return node.build();
    }

    private static boolean fits(FieldSet owned, TypeSchema type) {
        return areParts(owned, type)
                && owned.children().entrySet().stream()
                        .allMatch(below -> fits(below.getValue(), typeOf(below.getKey(), type)));
    }

    /** Whether what is owned below a value of the type can be parts of it. */
    private static boolean areParts(FieldSet owned, TypeSchema type) {
        return owned.children().isEmpty()
                || switch (type) {
                    case TypeSchema.Atomic _ -> false;
                    case TypeSchema.Granular _ -> owned.children().lastKey().isField();
                    case TypeSchema.Deduced _, TypeSchema.SetList _, TypeSchema.MapList _ -> true;
                };
    }

    private static TypeSchema typeOf(PathElement element, TypeSchema type) {
        return element.isField() ? type.member(element.text()) : itemType(type);
    }

    private static TypeSchema itemType(TypeSchema type) {
        return type instanceof TypeSchema.MapList list ? list.item() : TypeSchema.deduced();
    }

    private static String keyless(JsonNode item, TypeSchema type) {
        if (!(type instanceof TypeSchema.MapList list)) {
            return "an item of a set that is no scalar";
        }
        return list.keys().stream()
                .filter(key -> !item.has(key) && !list.defaults().containsKey(key))
                .findFirst()
                .map(key -> "associative list with keys has an element that omits key field \"" + key
                        + "\" (and doesn't have default value)")
                .orElse("associative list with keys has an element that is no object");
    }

    /**
     * A path with places in lists, {@code spec.ports[0].prot}, as messages of server-side apply show it:
     * {@code .spec.ports[port=80,protocol="TCP"].prot}.
     */
    static String shown(String path, JsonNode object, TypeSchema type) {
        StringBuilder shown = new StringBuilder();
        JsonNode node = object;
        TypeSchema at = type;
        for (String step : path.split("\\.|(?=\\[)", -1)) {
            if (step.matches("\\[\\d+]") && node.isArray()) {
                node = node.path(Integer.parseInt(step.substring(1, step.length() - 1)));
                PathElement element =
                        at instanceof TypeSchema.MapList || at instanceof TypeSchema.SetList ? element(node, at) : null;
                shown.append(element == null ? step : element.toString());
                at = itemType(at);
            } else {
                shown.append('.').append(step);
                node = node.path(step);
                at = at.member(step);
            }
        }
        return shown.toString();
    }

    /** The fields that an applied value sets. */
    static FieldSet fieldsOf(JsonNode value, TypeSchema type) {
        return fieldsOf(value, type, "", new FieldSet.Builder());
    }

    private static FieldSet fieldsOf(JsonNode value, TypeSchema type, String path, FieldSet.Builder node) {
        if (!isDivided(value, type)) {
            return node.member().build();
        }
        strictParts(value, type, path).forEach((element, part) -> {
            FieldSet.Builder child = new FieldSet.Builder();
            boolean field = element.isField() && type.isField(element.text());
            boolean bare = part.value().isNull()
                    || (part.value().isObject() && part.value().isEmpty());
            if (!field || bare) {
                child.member();
            }
            node.put(element, fieldsOf(part.value(), part.type(), path + element, child));
        });
        return node.build();
    }
}
