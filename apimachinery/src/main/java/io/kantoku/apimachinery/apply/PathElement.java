package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One step of a path in an object: a member, or an item of a list told apart by keys, by value or by place.
 *
 * @param kind which of these
 * @param text the member's name; the canonical JSON of the keys or of the value; the number of the place
 */
record PathElement(Kind kind, String text) implements Comparable<PathElement> {
    /** In the order in which they are written. */
    enum Kind {
        FIELD("f:"),
        KEY("k:"),
        VALUE("v:"),
        INDEX("i:");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    private static final Comparator<PathElement> ORDER =
            Comparator.comparing(PathElement::kind).thenComparing(PathElement::text);

    static PathElement field(String name) {
        return new PathElement(Kind.FIELD, name);
    }

    static PathElement value(JsonNode scalar) {
        return new PathElement(Kind.VALUE, scalar.toString());
    }

    /**
     * The element of an item of a list.
     *
     * @return null when the item lacks a key that has no default
     */
    static @Nullable PathElement item(TypeSchema.MapList list, JsonNode item) {
        TreeMap<String, JsonNode> keys = new TreeMap<>();
        for (String key : list.keys()) {
            JsonNode value = item.get(key);
            if (value == null) {
                value = list.defaults().get(key);
            }
            if (value == null) {
                return null;
            }
            keys.put(key, value);
        }
        return ofKeys(keys);
    }

    /** Reads {@code f:spec}, {@code k:{"name":"x"}}, {@code v:"x"}, {@code i:0}. */
    static PathElement parse(String written) {
        String text = written.substring(Math.min(2, written.length()));
        if (written.startsWith(Kind.KEY.prefix) && isOneTextKey(text)) {
            return new PathElement(Kind.KEY, text);
        }
        for (Kind kind : Kind.values()) {
            if (written.startsWith(kind.prefix)) {
                return switch (kind) {
                    case FIELD, INDEX -> new PathElement(kind, text);
                    case VALUE -> value(json(text));
                    case KEY -> {
                        TreeMap<String, JsonNode> keys = new TreeMap<>();
                        json(text).properties().forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
                        yield ofKeys(keys);
                    }
                };
            }
        }
        throw ApiException.badRequest("missing key type: \"" + written + "\" is not an element of a field set");
    }

    boolean isField() {
        return kind == Kind.FIELD;
    }

    /** The form in {@code fieldsV1}. */
    String written() {
        return kind.prefix + text;
    }

    @Override
    public int compareTo(PathElement other) {
        return ORDER.compare(this, other);
    }

    /** The form in messages: {@code .spec}, {@code [name="x"]}, {@code [="x"]}, {@code [0]}. */
    @Override
    public String toString() {
        return switch (kind) {
            case FIELD -> "." + text;
            case VALUE -> "[=" + text + "]";
            case INDEX -> "[" + text + "]";
            case KEY -> {
                StringBuilder keys = new StringBuilder();
                json(text)
                        .properties()
                        .forEach(entry -> keys.append(keys.isEmpty() ? "" : ",")
                                .append(entry.getKey())
                                .append('=')
                                .append(entry.getValue()));
                yield "[" + keys + "]";
            }
        };
    }

    private static PathElement ofKeys(TreeMap<String, JsonNode> keys) {
        if (keys.size() == 1 && keys.firstEntry().getValue() instanceof TextNode text) {
            String name = TextNode.valueOf(keys.firstKey()).toString();
            return new PathElement(Kind.KEY, "{" + name + ":" + text + "}");
        }
        ObjectNode object = Json.object();
        keys.forEach(object::set);
        return new PathElement(Kind.KEY, object.toString());
    }

    /** Whether the text is {@code {"name":"value"}} without escapes: canonical as it is, and by far the most frequent. */
    private static boolean isOneTextKey(String text) {
        int colon = text.indexOf("\":\"");
        boolean framed = colon > 1 && text.startsWith("{\"") && text.endsWith("\"}") && text.length() > colon + 4;
        return framed
                && text.indexOf('\\') < 0
                && text.indexOf('"', 2) == colon
                && text.indexOf('"', colon + 3) == text.length() - 2
                && text.chars().noneMatch(c -> c < ' ');
    }

    private static JsonNode json(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
