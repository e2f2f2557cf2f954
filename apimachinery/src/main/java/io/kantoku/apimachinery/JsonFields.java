package io.kantoku.apimachinery;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a JSON text as they stand there, which a tree no longer tells: their order, and which of them stand there twice.
 *
 * @param fields each path, {@code spec.containers[0].name}, in the order of the text, and whether it stands there more than once
 */
public record JsonFields(Map<String, Boolean> fields) {
    public static final JsonFields NONE = new JsonFields(Map.of());

    /** Reads a text that is valid JSON. */
    public static JsonFields of(byte[] utf8) {
        Map<String, Boolean> fields = new LinkedHashMap<>();
        try (JsonParser json = Json.mapper().getFactory().createParser(utf8)) {
            json.nextToken();
            value(json, "", fields);
        } catch (IOException e) {
            throw new UncheckedIOException("a text that has been read before cannot be read again", e);
        }
        return new JsonFields(fields);
    }

    /** The paths that stand in the text more than once. */
    public Set<String> doubled() {
        Set<String> doubled = new HashSet<>();
        fields.forEach((path, twice) -> {
            if (twice) {
                doubled.add(path);
            }
        });
        return doubled;
    }

    private static void value(JsonParser json, String path, Map<String, Boolean> fields) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            Set<String> own = new HashSet<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                String at = path.isEmpty() ? name : path + "." + name;
                boolean again = !own.add(name);
                fields.merge(at, again, Boolean::logicalOr);
                json.nextToken();
                value(json, at, fields);
            }
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                value(json, path + "[" + i + "]", fields);
            }
        }
    }
}
