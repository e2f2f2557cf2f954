package io.kantoku.apimachinery.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;

/** JSON merge patch (RFC 7386): members of the patch replace those of the document, null removes, lists are replaced whole. */
public final class MergePatch {
    private MergePatch() {}

    /** The patched document; neither argument is changed. */
    public static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode result = Json.object();
        if (target instanceof ObjectNode object) {
            object.properties().forEach(entry -> {
                if (!changes.has(entry.getKey())) {
                    result.set(entry.getKey(), entry.getValue().deepCopy());
                } else if (!changes.get(entry.getKey()).isNull()) {
                    result.set(entry.getKey(), apply(entry.getValue(), changes.get(entry.getKey())));
                }
            });
        }
        changes.properties().forEach(entry -> {
            if (!entry.getValue().isNull() && !result.has(entry.getKey())) {
                result.set(entry.getKey(), apply(MissingNode.getInstance(), entry.getValue()));
            }
        });
        return result;
    }

    /**
     * The smallest patch that makes {@code to} of {@code from}. Members of {@code to} that are null cannot be expressed and are removed.
     */
    public static JsonNode diff(JsonNode from, JsonNode to) {
        if (!(from instanceof ObjectNode before) || !(to instanceof ObjectNode after)) {
            return to.deepCopy();
        }
        ObjectNode patch = Json.object();
        before.fieldNames().forEachRemaining(name -> {
            if (!after.has(name)) {
                patch.putNull(name);
            }
        });
        after.properties().forEach(entry -> {
            JsonNode old = before.get(entry.getKey());
            JsonNode value = entry.getValue();
            if (old == null || !Json.equal(old, value)) {
                boolean nested = old != null && old.isObject() && value.isObject();
                patch.set(entry.getKey(), nested ? diff(old, value) : value.deepCopy());
            }
        });
        return patch;
    }
}
