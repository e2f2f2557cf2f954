package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a value of a type is divided: into members or items that have owners of their own, or not at all. */
final class Ownership {
    private Ownership() {}

    /** A part of a value: what it is and the type it has. */
    record Part(JsonNode value, TypeSchema type) {}

    /** Whether the parts of a value have owners of their own. */
    static boolean isDivided(JsonNode value, TypeSchema type) {
        return switch (type) {
            case TypeSchema.Deduced _, TypeSchema.Granular _ -> value.isObject();
            case TypeSchema.SetList _, TypeSchema.MapList _ -> value.isArray();
            case TypeSchema.Atomic _ -> false;
        };
    }

    /**
     * The parts of a divided value, in order. Items of a list that cannot be told apart, for want of a key or because they are doubled,
     * are left out.
     */
    static Map<PathElement, Part> parts(JsonNode value, TypeSchema type) {
        return parts(value, type, "", false);
    }

    /**
     * The parts of a divided value that a client applies.
     *
     * @throws ApiException 400 when items cannot be told apart
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
                for (JsonNode item : array) {
                    PathElement element = element(item, type);
                    boolean doubled =
                            element != null && parts.putIfAbsent(element, new Part(item, itemType(type))) != null;
                    if (strict && element == null) {
                        throw ApiException.badRequest("failed to create typed patch object: " + path
                                + ": element of an associative list without its key" + keys(type));
                    }
                    if (strict && doubled) {
                        throw ApiException.badRequest("failed to create typed patch object: " + path
                                + ": duplicate entries for key " + element);
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

    private static TypeSchema itemType(TypeSchema type) {
        return type instanceof TypeSchema.MapList list ? list.item() : TypeSchema.deduced();
    }

    private static String keys(TypeSchema type) {
        return type instanceof TypeSchema.MapList list ? "; its keys are " + String.join(", ", list.keys()) : "";
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
