package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes objects for storage, and finds in stored bytes what lists and watches need without building a tree.
 *
 * <p>Stored JSON begins with {@code apiVersion}, {@code kind} and {@code metadata}, and metadata with the object's names and uid, so
 * that a scan can stop early. {@code resourceVersion} is absent: it is the store's revision, and is inserted when an object
 * leaves the server, at a place that is found once per version.
 */
final class ObjectBytes {
    private static final JsonFactory JSON = new JsonFactory();
    private static final List<String> FIRST = List.of("apiVersion", "kind", "metadata");
    private static final List<String> METADATA_FIRST = List.of("name", "generateName", "namespace", "uid");
    private static final List<String> METADATA_NEXT =
            List.of("generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds");
    private static final Set<String> NOT_STORED = Set.of("resourceVersion", "selfLink");

    private ObjectBytes() {}

    /**
     * What a scan of an object's metadata finds.
     *
     * @param insertion where {@code "resourceVersion":"…",} belongs
     */
    record Outline(int insertion, Map<String, String> labels, boolean deleting) {
        Outline {
            labels = Map.copyOf(labels);
        }
    }

    static byte[] encode(ObjectNode object) {
        ObjectNode ordered = Json.object();
        ordered.set("apiVersion", object.path("apiVersion"));
        ordered.set("kind", object.path("kind"));
        ordered.set("metadata", orderedMetadata(object.path("metadata")));
        object.properties().forEach(field -> {
            if (!FIRST.contains(field.getKey())) {
                ordered.set(field.getKey(), field.getValue());
            }
        });
        return Json.bytes(ordered);
    }

    private static ObjectNode orderedMetadata(JsonNode metadata) {
        ObjectNode ordered = Json.object();
        METADATA_FIRST.forEach(name -> copy(metadata, ordered, name));
        METADATA_NEXT.forEach(name -> copy(metadata, ordered, name));
        metadata.properties().forEach(field -> {
            if (!ordered.has(field.getKey()) && !NOT_STORED.contains(field.getKey())) {
                ordered.set(field.getKey(), field.getValue());
            }
        });
        return ordered;
    }

    private static void copy(JsonNode from, ObjectNode to, String name) {
        JsonNode value = from.get(name);
        if (value != null) {
            to.set(name, value);
        }
    }

    /** Scans the metadata of a stored object. */
    static Outline outline(byte[] value) {
        try (JsonParser parser = JSON.createParser(value)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("metadata")) {
                    return metadataOutline(parser);
                }
                parser.skipChildren();
            }
            throw new IllegalStateException("a stored object has no metadata");
        } catch (IOException e) {
            throw new UncheckedIOException("a stored object is not JSON", e);
        }
    }

    private static Outline metadataOutline(JsonParser parser) throws IOException {
        int insertion = -1;
        Map<String, String> labels = Map.of();
        boolean deleting = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            int offset = (int) parser.currentTokenLocation().getByteOffset();
            if (insertion < 0 && !METADATA_FIRST.contains(name)) {
                insertion = offset;
            }
            JsonToken token = parser.nextToken();
            switch (name) {
                case "deletionTimestamp" -> deleting = token == JsonToken.VALUE_STRING;
                case "labels" -> labels = strings(parser, token);
                default -> parser.skipChildren();
            }
        }
        if (insertion < 0) {
            throw new IllegalStateException("a stored object has no creation timestamp");
        }
        return new Outline(insertion, labels, deleting);
    }

    /** The uid of a stored object, {@code ""} when it has none: it stands near the beginning, and is seldom asked for. */
    static String uid(byte[] value) {
        return fields(value, Set.of("metadata.uid")).getOrDefault("metadata.uid", "");
    }

    private static Map<String, String> strings(JsonParser parser, JsonToken token) throws IOException {
        Map<String, String> found = new HashMap<>();
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                found.put(Shared.text(key), Shared.text(parser.getText()));
            }
        }
        return found;
    }

    /** The texts of scalar fields at dotted paths; absent ones are left out. */
    static Map<String, String> fields(byte[] value, Set<String> paths) {
        Map<String, String> found = new HashMap<>();
        try (JsonParser parser = JSON.createParser(value)) {
            parser.nextToken();
            collect(parser, "", paths, found);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored object is not JSON", e);
        }
        return Map.copyOf(found);
    }

    private static void collect(JsonParser parser, String prefix, Set<String> paths, Map<String, String> found)
            throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = prefix + parser.currentName();
            JsonToken token = parser.nextToken();
            if (token.isScalarValue()) {
                if (token != JsonToken.VALUE_NULL && paths.contains(path)) {
                    found.put(path, parser.getText());
                }
            } else if (token == JsonToken.START_OBJECT && leadsTo(path + ".", paths)) {
                collect(parser, path + ".", paths, found);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static boolean leadsTo(String prefix, Set<String> paths) {
        for (String path : paths) {
            if (path.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
