package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What tells the items of sets and of lists with keys apart ({@code x-kubernetes-list-type}). */
final class ListKeys {
    private ListKeys() {}

    /** The keys of an item, with their values. */
    static JsonNode of(JsonNode item, List<String> keys) {
        ObjectNode id = Json.object();
        for (String key : keys) {
            if (item.has(key)) {
                id.set(key, item.get(key));
            }
        }
        return id;
    }

    /**
     * Items that stand twice in lists that allow each only once. An object that had some before its change may have others after it, so
     * that a schema may get such lists when objects exist.
     */
    static List<FieldError> newDuplicates(
            JsonNode node, @Nullable JsonNode old, StructuralSchema schema, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        if (!schema.hasKeyedLists()) {
            return errors;
        }
        collect(node, schema, path, errors);
        if (old != null && !errors.isEmpty()) {
            List<FieldError> before = new ArrayList<>();
            collect(old, schema, path, before);
            return before.isEmpty() ? errors : List.of();
        }
        return errors;
    }

    private static void collect(JsonNode node, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        if (!schema.hasKeyedLists()) {
            return;
        }
        switch (node) {
            case ObjectNode object ->
                object.properties().forEach(entry -> {
                    StructuralSchema member = schema.member(entry.getKey());
                    if (member != null) {
                        collect(entry.getValue(), member, path.child(entry.getKey()), errors);
                    }
                });
            case ArrayNode array -> {
                switch (schema.listType()) {
                    case MAP -> errors.addAll(duplicates(array, item -> of(item, schema.mapKeys()), path));
                    case SET -> errors.addAll(duplicates(array, item -> item, path));
                    case ATOMIC -> {
                        // anything goes
                    }
                }
                StructuralSchema items = schema.items();
                for (int i = 0; i < array.size() && items != null; i++) {
                    collect(array.get(i), items, path.index(i), errors);
                }
            }
            default -> {}
        }
    }

    /** The second of each group of items that are the same. */
    static List<FieldError> duplicates(ArrayNode array, UnaryOperator<JsonNode> id, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        Set<JsonNode> seen = new HashSet<>();
        Set<JsonNode> reported = new HashSet<>();
        for (int i = 0; i < array.size(); i++) {
            JsonNode one = id.apply(array.get(i));
            if (!seen.add(one) && reported.add(one)) {
                errors.add(FieldError.duplicate(path.index(i), one));
            }
        }
        return errors;
    }
}
