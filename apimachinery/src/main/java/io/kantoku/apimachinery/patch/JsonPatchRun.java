package io.kantoku.apimachinery.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.patch.JsonPatch.Operation;
import java.util.List;

/** One application of a JSON patch: owns and changes its copy of the document. */
final class JsonPatchRun {
    private JsonNode document;
    private long copiedBytes;

    /** An upper bound of the document's depth, so that no sequence of operations builds what recursion cannot follow. */
    private int depth;

    JsonPatchRun(JsonNode document) {
        this.document = document;
        this.depth = Json.depth(document);
    }

    JsonNode run(List<Operation> operations) {
        for (Operation operation : operations) {
            switch (operation) {
                case Operation.Add(var path, var value) -> {
                    deepen(path.steps().size() + Json.depth(value));
                    add(path, value.deepCopy());
                }
                case Operation.Remove(var path) -> remove(path);
                case Operation.Replace(var path, var value) -> {
                    deepen(path.steps().size() + Json.depth(value));
                    replace(path, value.deepCopy());
                }
                case Operation.Move(var from, var path) -> move(from, path);
                case Operation.Copy(var from, var path) -> copy(from, path);
                case Operation.Test(var path, var value) -> test(path, value);
            }
        }
        return document;
    }

    private void add(JsonPointer path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
            return;
        }
        switch (parent("add", path)) {
            case ObjectNode object -> object.set(path.last(), value);
            case ArrayNode array -> {
                if (path.last().equals("-")) {
                    array.add(value);
                } else {
                    array.insert(index(path, array.size() + 1), value);
                }
            }
            default -> throw missingPath("add", path);
        }
    }

    private JsonNode remove(JsonPointer path) {
        if (path.isRoot()) {
            throw ApiException.unprocessable("remove operation does not apply: the whole document cannot be removed");
        }
        JsonNode removed = switch (parent("remove", path)) {
            case ObjectNode object -> object.remove(path.last());
            case ArrayNode array -> array.remove(index(path, array.size()));
            default -> throw missingPath("remove", path);
        };
        if (removed == null) {
            throw ApiException.unprocessable("error in remove for path: '" + path
                    + "': Unable to remove nonexistent key: " + path.last() + ": missing value");
        }
        return removed;
    }

    private void replace(JsonPointer path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
            return;
        }
        switch (parent("replace", path)) {
            case ObjectNode object -> {
                if (!object.has(path.last())) {
                    throw ApiException.unprocessable(
                            "replace operation does not apply: doc is missing key: " + path + ": missing value");
                }
                object.set(path.last(), value);
            }
            case ArrayNode array -> array.set(index(path, array.size()), value);
            default -> throw missingPath("replace", path);
        }
    }

    private void move(JsonPointer from, JsonPointer path) {
        if (from.isAbove(path)) {
            throw ApiException.unprocessable("move operation does not apply: " + from + " cannot be moved into itself");
        }
        if (from.isRoot()) {
            return;
        }
        deepen(path.steps().size() + depth - from.steps().size());
        add(path, remove(from));
    }

    private void copy(JsonPointer from, JsonPointer path) {
        JsonNode source = at(from);
        if (source.isMissingNode()) {
            throw missingPath("copy", from);
        }
        copiedBytes += Json.bytes(source).length;
        if (copiedBytes > JsonPatch.MAX_COPIED_BYTES) {
            throw ApiException.tooLarge("Unable to complete the copy, the accumulated size increase of copy is "
                    + copiedBytes + ", exceeding the limit " + JsonPatch.MAX_COPIED_BYTES);
        }
        deepen(path.steps().size() + depth - from.steps().size());
        add(path, source.deepCopy());
    }

    private void test(JsonPointer path, JsonNode expected) {
        JsonNode actual = at(path);
        boolean same = actual.isMissingNode() ? expected.isNull() : Json.equal(actual, expected);
        if (!same) {
            throw ApiException.unprocessable("testing value " + path + " failed: test failed");
        }
    }

    private JsonNode at(JsonPointer path) {
        JsonNode node = document;
        for (String step : path.steps()) {
            node = child(node, step);
        }
        return node;
    }

    private JsonNode parent(String operation, JsonPointer path) {
        JsonNode node = document;
        for (String step : path.steps().subList(0, path.steps().size() - 1)) {
            node = child(node, step);
        }
        if (!node.isContainerNode()) {
            throw missingPath(operation, path);
        }
        return node;
    }

    private static JsonNode child(JsonNode node, String step) {
        if (node instanceof ArrayNode array) {
            int index = number(step);
            return index < 0 ? MissingNode.getInstance() : array.path(index);
        }
        return node.path(step);
    }

    private static int index(JsonPointer path, int end) {
        int index = number(path.last());
        if (index < 0 || index >= end) {
            throw ApiException.unprocessable(
                    "Unable to access invalid index: " + path.last() + ": invalid index referenced");
        }
        return index;
    }

    /** The array index that a step is, -1 when it is none. */
    private static int number(String step) {
        boolean digits = !step.isEmpty()
                && step.length() <= 9
                && step.chars().allMatch(c -> c >= '0' && c <= '9')
                && (step.length() == 1 || step.charAt(0) != '0');
        return digits ? Integer.parseInt(step) : -1;
    }

    private void deepen(int reached) {
        depth = Math.max(depth, reached);
        if (depth > Json.MAX_DEPTH) {
            throw ApiException.unprocessable(
                    "the patched object would be nested more than " + Json.MAX_DEPTH + " deep");
        }
    }

    private static ApiException missingPath(String operation, JsonPointer path) {
        return ApiException.unprocessable(
                operation + " operation does not apply: doc is missing path: \"" + path + "\": missing value");
    }
}
