package io.kantoku.apimachinery.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patch: like JSON merge patch, but lists whose type says so are merged item by item, and directives in the patch
 * ({@code $patch}, {@code $retainKeys}, {@code $setElementOrder/…}, {@code $deleteFromPrimitiveList/…}) say what else to do.
 *
 * <p>Semantics of k8s.io/apimachinery/pkg/util/strategicpatch, in time linear in the sizes of document and patch but for the order of
 * lists, which is linear per list.
 */
public final class StrategicMergePatch {
    static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";

    private StrategicMergePatch() {}

    /**
     * The patched document; the arguments are not changed.
     *
     * @throws ApiException 400 when a directive is malformed, 422 when an item of a list lacks its merge key
     */
    public static ObjectNode apply(ObjectNode original, ObjectNode patch, PatchSchema schema) {
        return merge(original.deepCopy(), patch, schema);
    }

    /** What a patch says about one field: a value, an order, items to delete; any may be absent. */
    private static final class Change {
        private @Nullable JsonNode value;
        private @Nullable ArrayNode order;
        private @Nullable ArrayNode deletions;
    }

    static ObjectNode merge(ObjectNode original, ObjectNode patch, PatchSchema schema) {
        JsonNode directive = patch.get(DIRECTIVE);
        if (directive != null) {
            switch (directive.asText()) {
                case "replace" -> {
                    return withoutDirective(patch);
                }
                case "delete" -> {
                    return Json.object();
                }
                case "merge" -> {}
                default -> throw unknownDirective(directive, patch);
            }
        }
        ObjectNode result = retained(original, patch);
        changes(patch).forEach((name, change) -> {
            JsonNode merged = field(result.get(name), change, schema.field(name), name);
            if (merged == null) {
                result.remove(name);
            } else {
                result.set(name, merged);
            }
        });
        return result;
    }

    private static Map<String, Change> changes(ObjectNode patch) {
        Map<String, Change> changes = new LinkedHashMap<>();
        patch.properties().forEach(entry -> {
            String name = entry.getKey();
            if (name.startsWith(ORDER)) {
                changeOf(changes, name.substring(ORDER.length())).order = list(name, entry.getValue());
            } else if (name.startsWith(DELETE_FROM)) {
                changeOf(changes, name.substring(DELETE_FROM.length())).deletions = list(name, entry.getValue());
            } else if (!name.equals(DIRECTIVE) && !name.equals(RETAIN_KEYS)) {
                changeOf(changes, name).value = entry.getValue();
            }
        });
        return changes;
    }

    private static Change changeOf(Map<String, Change> changes, String name) {
        return changes.computeIfAbsent(name, _ -> new Change());
    }

    /** The new value of a field, null to remove it. */
    private static @Nullable JsonNode field(
            @Nullable JsonNode original, Change change, PatchSchema.Field schema, String name) {
        JsonNode value = change.value;
        if (value != null && value.isNull()) {
            return null;
        }
        JsonNode current = original;
        if (change.deletions != null && current instanceof ArrayNode list) {
            current = ListMerge.without(list, change.deletions);
        }
        ListMerge lists = new ListMerge(schema, name);
        if (current instanceof ArrayNode list && schema.mergeLists() && (value == null || value.isArray())) {
            ArrayNode items = value instanceof ArrayNode array ? array : null;
            return items == null && change.order == null ? list : lists.merge(list, items, change.order);
        }
        if (value == null) {
            return current;
        }
        if (value instanceof ObjectNode object && current instanceof ObjectNode base && !schema.replaceObject()) {
            return merge(base, object, schema.nested());
        }
        return withoutDirectives(value, schema);
    }

    /** The document's fields, less those that {@code $retainKeys} does not name. */
    private static ObjectNode retained(ObjectNode original, ObjectNode patch) {
        ObjectNode result = Json.object();
        result.setAll(original);
        JsonNode directive = patch.get(RETAIN_KEYS);
        if (directive == null) {
            return result;
        }
        Set<String> keys = new HashSet<>();
        list(RETAIN_KEYS, directive).forEach(key -> keys.add(key.asText()));
        patch.properties().forEach(entry -> {
            boolean set = !entry.getKey().startsWith("$") && !entry.getValue().isNull();
            if (set && !keys.contains(entry.getKey())) {
                throw ApiException.badRequest("invalid patch format of retainKeys: it does not name the field \""
                        + entry.getKey() + "\" of the same patch");
            }
        });
        return result.retain(keys);
    }

    /** A value that is new in the document, as it is without what was meant for the merge. */
    static JsonNode withoutDirectives(JsonNode value, PatchSchema.Field schema) {
        return switch (value) {
            case ObjectNode object ->
                object.path(DIRECTIVE).asText().equals("replace")
                        ? withoutDirective(object)
                        : merge(Json.object(), object, schema.nested());
            case ArrayNode array -> {
                ArrayNode result = array.arrayNode();
                for (JsonNode item : array) {
                    String directive = item.path(DIRECTIVE).asText();
                    boolean marker = item.isObject() && item.size() == 1 && item.has(DIRECTIVE);
                    if (!directive.equals("delete") && !marker) {
                        result.add(withoutDirectives(item, schema));
                    }
                }
                yield result;
            }
            default -> value.deepCopy();
        };
    }

    private static ObjectNode withoutDirective(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove(DIRECTIVE);
        return copy;
    }

    private static ArrayNode list(String directive, JsonNode value) {
        if (value instanceof ArrayNode array) {
            return array;
        }
        if (value instanceof NullNode) {
            return Json.mapper().createArrayNode();
        }
        throw ApiException.badRequest("invalid patch format of " + directive + ": it must be a list");
    }

    static ApiException unknownDirective(JsonNode directive, JsonNode where) {
        return ApiException.badRequest("unknown patch type: " + directive.asText() + " in map: " + where);
    }
}
