package io.kantoku.apimachinery;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds members that occur twice in one object of a JSON text, of which a tree keeps only the last. Strict field validation refuses
 * them: {@code duplicate field "spec.replicas"}.
 */
public final class DuplicateFields {
    private static final int MOST = 100;

    /** One container that is open. */
    private static final class Level {
        private final FieldPath path;
        private final Set<String> names = new HashSet<>();
        private final boolean array;
        private String name = "";
        private int index = -1;

        Level(FieldPath path, boolean array) {
            this.path = path;
            this.array = array;
        }

        FieldPath child() {
            return array ? path.index(index) : path.child(name);
        }
    }

    private DuplicateFields() {}

    /**
     * The paths of members that occur again, in the order of the text, each once per repetition.
     *
     * @throws ApiException 400 when the text is not JSON
     */
    public static List<String> find(byte[] utf8) {
        List<String> found = new ArrayList<>();
        Deque<Level> levels = new ArrayDeque<>();
        try (JsonParser parser = Json.mapper().createParser(utf8)) {
            for (JsonToken token = parser.nextToken();
                    token != null && found.size() < MOST;
                    token = parser.nextToken()) {
                Level level = levels.peek();
                if (token.isStructEnd()) {
                    levels.pop();
                    continue;
                }
                if (level != null && token == JsonToken.FIELD_NAME) {
                    level.name = parser.currentName();
                    if (!level.names.add(level.name)) {
                        found.add(level.child().toString());
                    }
                    continue;
                }
                if (level != null && level.array) {
                    level.index++;
                }
                if (token.isStructStart()) {
                    FieldPath path = level == null ? FieldPath.ROOT : level.child();
                    levels.push(new Level(path, token == JsonToken.START_ARRAY));
                }
            }
        } catch (IOException e) {
            throw ApiException.badRequest("the body is not valid JSON: " + e.getMessage());
        }
        return found;
    }
}
