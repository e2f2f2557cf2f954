package io.kantoku.kubelet.kubeadm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.kubelet.NodeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the members of one object and remembers which, so that the rest can be named. */
final class Fields {
    private final String path;
    private final JsonNode node;
    private final Set<String> read = new HashSet<>();
    private final List<Fields> children = new ArrayList<>();

    Fields(String path, JsonNode node) {
        this.path = path;
        this.node = node;
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            throw bad(path + " must be an object");
        }
    }

    boolean present(String name) {
        return node.hasNonNull(name);
    }

    String text(String name, String absent) {
        read.add(name);
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isValueNode()) {
            throw bad(at(name) + " must be text");
        }
        return value.asText();
    }

    String required(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw bad(at(name) + " is missing");
        }
        return value;
    }

    int number(String name, int absent) {
        read.add(name);
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.canConvertToInt()) {
            throw bad(at(name) + " must be a whole number");
        }
        return value.asInt();
    }

    List<String> texts(String name) {
        read.add(name);
        List<String> values = new ArrayList<>();
        node.path(name).forEach(value -> values.add(value.asText()));
        return values;
    }

    /** Arguments, as a map (v1beta2, v1beta3) or as a list of name and value (v1beta4). */
    Map<String, String> arguments(String name) {
        read.add(name);
        Map<String, String> arguments = new LinkedHashMap<>();
        JsonNode value = node.path(name);
        if (value.isArray()) {
            value.forEach(item ->
                    arguments.put(item.path("name").asText(), item.path("value").asText()));
        } else {
            value.properties()
                    .forEach(entry ->
                            arguments.put(entry.getKey(), entry.getValue().asText()));
        }
        return arguments;
    }

    List<Fields> list(String name) {
        read.add(name);
        List<Fields> items = new ArrayList<>();
        int index = 0;
        for (JsonNode item : node.path(name)) {
            items.add(new Fields(at(name) + "[" + index++ + "]", item));
        }
        children.addAll(items);
        return items;
    }

    Fields object(String name) {
        read.add(name);
        Fields child = new Fields(at(name), node.path(name));
        children.add(child);
        return child;
    }

    /** Adds the paths of all members that nobody has read. */
    void unread(List<String> into) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                if (!read.contains(name)) {
                    into.add(at(name));
                }
            });
        }
        children.forEach(child -> child.unread(into));
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static NodeException bad(String message) {
        return new NodeException(NodeException.Code.BAD_CONFIGURATION, "kubeadm configuration: " + message);
    }
}
