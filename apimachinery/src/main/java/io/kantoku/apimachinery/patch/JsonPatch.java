package io.kantoku.apimachinery.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON patch (RFC 6902): a list of operations, applied in order, all or none.
 *
 * <p>Bounded as the API server bounds it: at most {@link #MAX_OPERATIONS}, and what {@code copy} adds at most {@link #MAX_COPIED_BYTES};
 * results are never nested deeper than {@link Json#MAX_DEPTH}.
 *
 * @param operations in order
 */
public record JsonPatch(List<Operation> operations) {
    public static final int MAX_OPERATIONS = 10_000;

    public static final int MAX_COPIED_BYTES = 3 << 20;

    /** One step of a patch. */
    public sealed interface Operation {
        record Add(JsonPointer path, JsonNode value) implements Operation {}

        record Remove(JsonPointer path) implements Operation {}

        record Replace(JsonPointer path, JsonNode value) implements Operation {}

        record Move(JsonPointer from, JsonPointer path) implements Operation {}

        record Copy(JsonPointer from, JsonPointer path) implements Operation {}

        record Test(JsonPointer path, JsonNode value) implements Operation {}
    }

    public JsonPatch {
        operations = List.copyOf(operations);
    }

    /**
     * Reads a patch.
     *
     * @throws ApiException 400 when it is malformed, 422 when an operation is of an unknown kind, 413 when it has too many operations
     */
    public static JsonPatch parse(JsonNode body) {
        if (!(body instanceof ArrayNode array)) {
            throw ApiException.badRequest("a JSON patch must be an array of operations");
        }
        if (array.size() > MAX_OPERATIONS) {
            throw ApiException.tooLarge(
                    "The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got " + array.size());
        }
        List<Operation> operations = new ArrayList<>(array.size());
        for (JsonNode node : array) {
            operations.add(operation(node));
        }
        return new JsonPatch(operations);
    }

    /** Reads and applies a patch. */
    public static JsonNode apply(JsonNode document, JsonNode body) {
        return parse(body).apply(document);
    }

    /**
     * The patched document; the argument is not changed.
     *
     * @throws ApiException 422 when an operation does not fit the document or a test fails
     */
    public JsonNode apply(JsonNode document) {
        return new JsonPatchRun(document.deepCopy()).run(operations);
    }

    private static Operation operation(JsonNode node) {
        if (!node.isObject()) {
            throw ApiException.badRequest("an operation of a JSON patch must be an object, not " + node.getNodeType());
        }
        String op = node.path("op").asText();
        return switch (op) {
            case "add" -> new Operation.Add(pointer(node, "path"), value(node));
            case "remove" -> new Operation.Remove(pointer(node, "path"));
            case "replace" -> new Operation.Replace(pointer(node, "path"), value(node));
            case "move" -> new Operation.Move(pointer(node, "from"), pointer(node, "path"));
            case "copy" -> new Operation.Copy(pointer(node, "from"), pointer(node, "path"));
            case "test" -> new Operation.Test(pointer(node, "path"), testValue(node));
            default -> throw ApiException.unprocessable("Unexpected kind: " + (op.isEmpty() ? "unknown" : op));
        };
    }

    private static JsonPointer pointer(JsonNode operation, String member) {
        JsonNode text = operation.path(member);
        if (!text.isTextual()) {
            throw ApiException.badRequest("operation missing " + member + " field: missing value");
        }
        return JsonPointer.parse(text.textValue());
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw ApiException.badRequest("operation " + operation.path("op").asText() + " at "
                    + operation.path("path").asText() + " has no value");
        }
        return value;
    }

    /** As upstream: a test without a value tests for null or absence. */
    private static JsonNode testValue(JsonNode operation) {
        return operation instanceof ObjectNode object && object.has("value")
                ? object.get("value")
                : NullNode.getInstance();
    }
}
