package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads and completes JSON trees as the Kubernetes API does: null, absent and (for texts) empty are the same. */
final class Tree {
    private Tree() {}

    static JsonNode at(JsonNode node, String... path) {
        JsonNode at = node;
        for (String member : path) {
            at = at.path(member);
        }
        return at;
    }

    static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    static boolean has(JsonNode node, String... path) {
        return !absent(at(node, path));
    }

    /** The text at a path, {@code ""} when there is none. */
    static String text(JsonNode node, String... path) {
        JsonNode at = at(node, path);
        return absent(at) ? "" : at.asText("");
    }

    static long number(JsonNode node, String... path) {
        return at(node, path).asLong(0);
    }

    static boolean flag(JsonNode node, String... path) {
        return at(node, path).asBoolean(false);
    }

    /** The elements of the list at a path that are objects. */
    static List<ObjectNode> objects(JsonNode node, String... path) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode element : at(node, path)) {
            if (element instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    /** The elements of the list at a path, as texts. */
    static List<String> texts(JsonNode node, String... path) {
        List<String> texts = new ArrayList<>();
        JsonNode at = at(node, path);
        if (at.isArray()) {
            at.forEach(element -> texts.add(element.asText("")));
        }
        return texts;
    }

    /** The map of texts at a path, sorted by key. */
    static Map<String, String> map(JsonNode node, String... path) {
        Map<String, String> map = new TreeMap<>();
        at(node, path)
                .properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText("")));
        return map;
    }

    /** The object at a member, made if it is absent. */
    static ObjectNode object(ObjectNode parent, String member) {
        return parent.get(member) instanceof ObjectNode object ? object : parent.putObject(member);
    }

    /** The list at a member, made if it is absent. */
    static ArrayNode array(ObjectNode parent, String member) {
        return parent.get(member) instanceof ArrayNode array ? array : parent.putArray(member);
    }

    static void defaultText(ObjectNode node, String member, String value) {
        if (text(node, member).isEmpty()) {
            node.put(member, value);
        }
    }

    static void defaultNumber(ObjectNode node, String member, int value) {
        if (!has(node, member)) {
            node.put(member, value);
        }
    }

    static void defaultFlag(ObjectNode node, String member, boolean value) {
        if (!has(node, member)) {
            node.put(member, value);
        }
    }

    static void defaultObject(ObjectNode node, String member) {
        if (!has(node, member)) {
            node.putObject(member);
        }
    }

    /** Whether two members are the same, absent and empty being one. */
    static boolean same(JsonNode left, JsonNode right) {
        return empty(left) ? empty(right) : Json.equal(left, right);
    }

    private static boolean empty(JsonNode node) {
        return absent(node)
                || (node.isContainerNode() && node.isEmpty())
                || (node.isTextual() && node.asText().isEmpty());
    }

    /** Copies a member, or its absence. */
    static void carry(ObjectNode from, ObjectNode to, String member) {
        if (from.has(member)) {
            to.set(member, from.get(member).deepCopy());
        } else {
            to.remove(member);
        }
    }
}
