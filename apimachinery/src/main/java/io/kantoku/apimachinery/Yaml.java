package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads and writes YAML as JSON trees, with the limits that hold for everything that comes from a client.
 *
 * <p>Plain scalars mean what they mean to kubectl (sigs.k8s.io/yaml): YAML 1.2 with the {@code yes/no/on/off} and {@code 0644} of YAML 1.1,
 * no timestamps, map keys always strings, {@code <<} merges. A key that occurs twice is refused. What aliases expand to counts against
 * a budget, so that a small text cannot become a large tree.
 */
public final class Yaml {
    /** Most nodes that a text may expand to through aliases. */
    public static final int ALIAS_BUDGET = 100_000;

    private Yaml() {}

    /**
     * Reads a text of exactly one document.
     *
     * @throws ApiException 400 BadRequest with the position when the text is not YAML, is empty or has several documents
     */
    public static JsonNode parse(String text) {
        List<JsonNode> documents = parseAll(text);
        if (documents.size() != 1) {
            throw ApiException.badRequest(
                    documents.isEmpty()
                            ? "the YAML is empty"
                            : "one YAML document is expected, there are " + documents.size()
                                    + ": split them at \"---\"");
        }
        return documents.getFirst();
    }

    public static JsonNode parse(byte[] utf8) {
        return parse(decode(utf8));
    }

    /**
     * Reads a text of exactly one document that is a mapping.
     *
     * @throws ApiException 400 BadRequest when it is not
     */
    public static ObjectNode parseObject(String text) {
        if (parse(text) instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the YAML must be a mapping");
    }

    /**
     * Reads all documents; empty ones are left out.
     *
     * @throws ApiException 400 BadRequest with the position when the text is not YAML
     */
    public static List<JsonNode> parseAll(String text) {
        return new YamlReader(text).documents();
    }

    /** Writes one document in block style; members keep their order. */
    public static String write(JsonNode node) {
        return YamlWriter.write(List.of(node));
    }

    /** Writes documents separated by {@code ---}. */
    public static String writeAll(List<? extends JsonNode> nodes) {
        return YamlWriter.write(nodes);
    }

    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ApiException.badRequest("the YAML is not UTF-8");
        }
    }
}
