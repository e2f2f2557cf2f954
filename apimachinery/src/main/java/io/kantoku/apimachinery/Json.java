package io.kantoku.apimachinery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Comparator;

/** Reads and writes JSON trees with the limits that hold for everything that comes from a client. */
public final class Json {
    /** Deepest nesting that is read; deeper input is refused rather than recursed into. */
    public static final int MAX_DEPTH = 512;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(8 << 20)
                            .build())
                    .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Comparator<JsonNode> BY_VALUE = Json::compareScalars;

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /**
     * Parses one JSON document.
     *
     * @throws ApiException 400 BadRequest with the parser's position when the text is not JSON
     */
    public static JsonNode parse(byte[] utf8) {
        try {
            JsonNode node = MAPPER.readTree(utf8);
            if (node == null || node.isMissingNode()) {
                throw ApiException.badRequest("the request body is empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("the body is not valid JSON: " + e.getOriginalMessage() + position(e));
        } catch (IOException e) {
            throw ApiException.badRequest("the body could not be read: " + e.getMessage());
        }
    }

    /** Whether an object of a JSON text has a field twice; the last one counts when the text is parsed. */
    public static boolean hasDoubledFields(byte[] utf8) {
        try {
            MAPPER.reader(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).readTree(utf8);
            return false;
        } catch (MismatchedInputException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Parses one JSON object.
     *
     * @throws ApiException 400 BadRequest when the text is not a JSON object
     */
    public static ObjectNode parseObject(byte[] utf8) {
        if (parse(utf8) instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the body must be a JSON object");
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree could not be written", e);
        }
    }

    /** Whether two trees are the same JSON value; numbers are compared by value, not by how Java holds them. */
    public static boolean equal(JsonNode a, JsonNode b) {
        return a.equals(BY_VALUE, b);
    }

    /** How deep containers are nested: 0 for a scalar, 1 for an empty object. */
    public static int depth(JsonNode node) {
        int depth = 0;
        for (JsonNode child : node) {
            depth = Math.max(depth, depth(child));
        }
        return node.isContainerNode() ? depth + 1 : 0;
    }

    private static int compareScalars(JsonNode a, JsonNode b) {
        boolean same = a.equals(b);
        if (!same && a.isNumber() && b.isNumber() && a.isIntegralNumber() == b.isIntegralNumber()) {
            same = a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        return same ? 0 : 1;
    }

    private static String position(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }
}
