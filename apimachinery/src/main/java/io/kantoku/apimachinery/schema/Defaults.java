package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets what a schema says absent fields are (apiextensions-apiserver, pkg/apiserver/schema/defaulting). */
final class Defaults {
    private Defaults() {}

    static void apply(JsonNode node, StructuralSchema schema) {
        switch (node) {
            case ObjectNode object -> {
                schema.properties().forEach((name, property) -> setIfAbsent(object, name, property));
                for (String name : names(object)) {
                    StructuralSchema member = schema.member(name);
                    if (member != null) {
                        setIfAbsent(object, name, member);
                        apply(object.path(name), member);
                    }
                }
            }
            case ArrayNode array -> {
                StructuralSchema items = schema.items();
                for (int i = 0; i < array.size() && items != null; i++) {
                    JsonNode value = items.defaultValue();
                    if (isForbiddenNull(array.get(i), items) && value != null) {
                        array.set(i, value.deepCopy());
                    }
                    apply(array.get(i), items);
                }
            }
            default -> {}
        }
    }

    /** Removes members that are null though their schema is not nullable; a null sent by a client means "unset". */
    static void removeNulls(JsonNode node, @Nullable StructuralSchema schema) {
        if (schema == null) {
            return;
        }
        switch (node) {
            case ObjectNode object -> {
                for (String name : names(object)) {
                    StructuralSchema property = schema.properties().get(name);
                    if (property != null && isForbiddenNull(object.path(name), property)) {
                        object.remove(name);
                    } else {
                        removeNulls(object.path(name), schema.member(name));
                    }
                }
            }
            case ArrayNode array -> array.forEach(item -> removeNulls(item, schema.items()));
            default -> {}
        }
    }

    private static void setIfAbsent(ObjectNode object, String name, StructuralSchema schema) {
        JsonNode value = schema.defaultValue();
        if (value != null && (!object.has(name) || isForbiddenNull(object.path(name), schema))) {
            object.set(name, value.deepCopy());
        }
    }

    private static boolean isForbiddenNull(JsonNode node, StructuralSchema schema) {
        return node.isNull() && !schema.nullable();
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>(object.size());
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
