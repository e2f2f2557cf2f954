package io.kantoku.apimachinery.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges one list of a strategic merge patch into the document's.
 *
 * <p>Items are told apart by their merge key, scalars by their value. The result has the items that the patch names in the order that it
 * gives, the others keep the order of the document, and each of the others stands before the first named item that followed it there.
 */
final class ListMerge {
    private final PatchSchema.Field schema;
    private final String field;

    ListMerge(PatchSchema.Field schema, String field) {
        this.schema = schema;
        this.field = field;
    }

    /** @param patch the items, null when the patch has only an order */
    ArrayNode merge(ArrayNode original, @Nullable ArrayNode patch, @Nullable ArrayNode order) {
        ArrayNode items = patch == null ? original.arrayNode() : patch;
        boolean objects = holdsObjects(items) || (items.isEmpty() && holdsObjects(original));
        if (objects && schema.mergeKey().isEmpty()) {
            throw ApiException.unprocessable("cannot merge lists without merge key for " + field);
        }
        Map<String, JsonNode> merged = new LinkedHashMap<>();
        original.forEach(item -> merged.putIfAbsent(id(item), item));
        boolean replace = false;
        Set<String> named = new HashSet<>();
        List<String> patchOrder = new ArrayList<>();
        for (JsonNode item : items) {
            replace |= item.path(StrategicMergePatch.DIRECTIVE).asText().equals("replace");
        }
        if (replace) {
            merged.clear();
        }
        for (JsonNode item : items) {
            JsonNode directive = item.get(StrategicMergePatch.DIRECTIVE);
            if (directive != null && !directive.asText().equals("merge")) {
                directed(merged, item, directive);
                continue;
            }
            String id = id(item);
            merged.put(id, mergeItem(merged.get(id), item));
            if (named.add(id)) {
                patchOrder.add(id);
            }
        }
        List<String> wanted = order == null ? patchOrder : orderOf(order, named);
        return inOrder(original, merged, wanted);
    }

    /** The list without all items that are equal to one of {@code deletions}. */
    static ArrayNode without(ArrayNode list, ArrayNode deletions) {
        Set<String> ids = new HashSet<>();
        deletions.forEach(item -> ids.add(scalarId(item)));
        ArrayNode result = list.arrayNode();
        list.forEach(item -> {
            if (!ids.contains(scalarId(item))) {
                result.add(item);
            }
        });
        return result;
    }

    private JsonNode mergeItem(@Nullable JsonNode base, JsonNode item) {
        return base instanceof ObjectNode before && item instanceof ObjectNode patch && !schema.replaceObject()
                ? StrategicMergePatch.merge(before, patch, schema.nested())
                : StrategicMergePatch.withoutDirectives(item, schema);
    }

    private void directed(Map<String, JsonNode> merged, JsonNode item, JsonNode directive) {
        switch (directive.asText()) {
            case "delete" -> merged.remove(id(item));
            case "replace" -> {
                if (item.size() > 1) {
                    ObjectNode added = item.deepCopy();
                    added.remove(StrategicMergePatch.DIRECTIVE);
                    merged.put(id(added), added);
                }
            }
            default -> throw StrategicMergePatch.unknownDirective(directive, item);
        }
    }

    private List<String> orderOf(ArrayNode order, Set<String> named) {
        Set<String> ids = new LinkedHashSet<>();
        order.forEach(item -> ids.add(id(item)));
        for (String id : named) {
            if (!ids.contains(id)) {
                throw ApiException.badRequest("The order in patch list doesn't match $setElementOrder/" + field
                        + ": it does not name the item " + id);
            }
        }
        return List.copyOf(ids);
    }

    /** Interleaves the items named by {@code wanted} with the others, which keep their places in {@code original}. */
    private ArrayNode inOrder(ArrayNode original, Map<String, JsonNode> merged, List<String> wanted) {
        List<String> first = wanted.stream().filter(merged::containsKey).toList();
        Set<String> named = new HashSet<>(first);
        Map<String, Integer> place = new HashMap<>();
        for (JsonNode item : original) {
            place.putIfAbsent(id(item), place.size());
        }
        ArrayNode result = original.arrayNode();
        int next = 0;
        for (String other : merged.keySet()) {
            if (named.contains(other)) {
                continue;
            }
            while (next < first.size() && !follows(place, first.get(next), other)) {
                result.add(merged.get(first.get(next++)));
            }
            result.add(merged.get(other));
        }
        while (next < first.size()) {
            result.add(merged.get(first.get(next++)));
        }
        return result;
    }

    private static boolean follows(Map<String, Integer> place, String candidate, String item) {
        Integer of = place.get(candidate);
        Integer than = place.get(item);
        return of != null && than != null && of > than;
    }

    private String id(JsonNode item) {
        if (!item.isObject() || schema.mergeKey().isEmpty()) {
            return scalarId(item);
        }
        JsonNode key = item.get(schema.mergeKey());
        if (key == null) {
            throw ApiException.unprocessable(
                    "map: " + item + " does not contain declared merge key: " + schema.mergeKey());
        }
        return scalarId(key);
    }

    private static String scalarId(JsonNode scalar) {
        return scalar.isTextual() ? "\"" + scalar.textValue() : scalar.toString();
    }

    private static boolean holdsObjects(ArrayNode list) {
        return !list.isEmpty() && list.get(0).isObject();
    }
}
