package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A field as the table has it; types are named, for they refer to one another. */
record TypeRow(
        Shape shape,
        String type,
        List<String> keys,
        Map<String, JsonNode> defaults,
        String mergeKey,
        boolean merge,
        boolean always) {

    enum Shape {
        OBJECT,
        MAP,
        MAP_LIST,
        SET_LIST,
        LIST,
        ATOMIC,
        ANY
    }

    static TypeRow parse(String[] words) {
        String mergeKey = "";
        boolean merge = false;
        boolean always = false;
        for (int i = 2; i < words.length; i++) {
            always |= words[i].equals("always");
            if (words[i].startsWith("merge")) {
                merge = true;
                mergeKey = words[i].substring(Math.min(words[i].length(), "merge=".length()));
            }
        }
        String shape = words[1];
        Shape kind = Shape.OBJECT;
        String type = shape;
        List<String> keys = new ArrayList<>();
        Map<String, JsonNode> defaults = new LinkedHashMap<>();
        if (shape.startsWith("[")) {
            int end = shape.indexOf(']');
            type = shape.substring(end + 1);
            String inside = shape.substring(1, end);
            kind = inside.isEmpty() ? Shape.LIST : inside.equals("set") ? Shape.SET_LIST : Shape.MAP_LIST;
            if (kind == Shape.MAP_LIST) {
                for (String key : inside.split(",", -1)) {
                    int equals = key.indexOf('=');
                    keys.add(equals < 0 ? key : key.substring(0, equals));
                    if (equals >= 0) {
                        defaults.put(key.substring(0, equals), scalar(key.substring(equals + 1)));
                    }
                }
            }
        } else if (shape.startsWith("{}")) {
            kind = Shape.MAP;
            type = shape.substring(2);
        } else if (shape.equals("atomic")) {
            kind = Shape.ATOMIC;
        } else if (shape.equals("any")) {
            kind = Shape.ANY;
        }
        return new TypeRow(kind, type, keys, defaults, mergeKey, merge, always);
    }

    private static JsonNode scalar(String text) {
        return text.matches("[0-9]{1,9}") ? IntNode.valueOf(Integer.parseInt(text)) : TextNode.valueOf(text);
    }
}
