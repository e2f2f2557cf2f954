package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The JSON form of the API's objects: members in alphabetical order, absent ones left out, unknown ones passed over. */
public final class ApiJson {
    private static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(64 << 20)
                        .build());
    }

    private ApiJson() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(tree(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a value could not be written as JSON", e);
        }
    }

    /**
     * Any JSON document.
     *
     * @throws DataPlaneException BAD_REQUEST
     */
    public static JsonNode parse(byte[] utf8) {
        try {
            JsonNode node = MAPPER.readTree(utf8);
            if (node == null || node.isMissingNode()) {
                throw DataPlaneException.badRequest("the body is empty, an object was expected");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw DataPlaneException.badRequest("the body is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /**
     * An object of the API.
     *
     * @throws DataPlaneException BAD_REQUEST when it is not JSON or a member has the wrong type, INVALID when an enumerated
     *     member has another value
     */
    public static <T> T read(byte[] utf8, Class<T> type) {
        return convert(parse(utf8), type);
    }

    public static <T> T convert(JsonNode node, Class<T> type) {
        try {
            return MAPPER.treeToValue(node, type);
        } catch (InvalidFormatException e) {
            if (e.getTargetType() != null && e.getTargetType().isEnum()) {
                List<String> allowed = Stream.of(e.getTargetType().getEnumConstants())
                        .map(c -> MAPPER.valueToTree(c).toString().replace("\"", ""))
                        .toList();
                throw DataPlaneException.notOneOf(path(e.getPath()), allowed);
            }
            throw DataPlaneException.badRequest(path(e.getPath()) + " in body: " + e.getOriginalMessage());
        } catch (com.fasterxml.jackson.databind.JsonMappingException e) {
            throw DataPlaneException.badRequest(path(e.getPath()) + " in body: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw DataPlaneException.badRequest("the body is not valid JSON: " + e.getOriginalMessage());
        }
    }

    private static String path(List<com.fasterxml.jackson.databind.JsonMappingException.Reference> path) {
        return String.join(
                ".",
                path.stream()
                        .map(r -> r.getFieldName() == null ? "" + r.getIndex() : r.getFieldName())
                        .toList());
    }
}
