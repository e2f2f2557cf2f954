package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds values in an object: the part of kubectl's JSONPath that printer columns and output options use.
 *
 * <p>Members ({@code .spec.x}, {@code ['a']}, dots escaped as {@code \.}), items ({@code [0]}, {@code [-1]}, {@code [1:3]}, {@code [*]}),
 * and filters ({@code [?(@.type=="Ready")]}). Braces around the whole are optional. Immutable.
 */
public final class JsonPath {
    /** One step from values to values. */
    sealed interface Step {
        record Member(String name) implements Step {}

        record Index(int index) implements Step {}

        /** Items from {@code start} to before {@code end}; {@link Integer#MAX_VALUE} is the end of the list. */
        record Slice(int start, int end) implements Step {}

        record All() implements Step {}

        /** Items whose left side compares so; the operator {@code ""} tests that it exists. */
        record Filter(List<Step> left, String operator, JsonNode right) implements Step {}
    }

    private final String text;
    private final List<Step> steps;

    private JsonPath(String text, List<Step> steps) {
        this.text = text;
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException saying where the text goes wrong
     */
    public static JsonPath parse(String text) {
        boolean braces = text.startsWith("{") && text.endsWith("}");
        return new JsonPath(text, new JsonPathParser(braces ? text.substring(1, text.length() - 1) : text).parse());
    }

    /** All values at the path, in order; none when there is no such place. */
    public List<JsonNode> find(JsonNode root) {
        return find(List.of(root), steps);
    }

    /** The first value at the path. */
    public Optional<JsonNode> first(JsonNode root) {
        return find(root).stream().findFirst();
    }

    /** The values as kubectl prints them, separated by spaces: texts bare, objects and lists as JSON. */
    public String print(JsonNode root) {
        StringBuilder printed = new StringBuilder();
        find(root).forEach(value -> printed.append(printed.isEmpty() ? "" : " ").append(show(value)));
        return printed.toString();
    }

    static String show(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    private static List<JsonNode> find(List<JsonNode> from, List<Step> steps) {
        List<JsonNode> current = from;
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            current.forEach(node -> walk(node, step, next));
            current = next;
        }
        return current;
    }

    private static void walk(JsonNode node, Step step, List<JsonNode> found) {
        switch (step) {
            case Step.Member(var name) -> {
                if (node.has(name)) {
                    found.add(node.get(name));
                }
            }
            case Step.Index(var index) -> {
                int place = index < 0 ? node.size() + index : index;
                if (node.isArray() && node.has(place)) {
                    found.add(node.get(place));
                }
            }
            case Step.Slice(var start, var end) -> {
                int first = Math.max(start < 0 ? node.size() + start : start, 0);
                int last = Math.min(end < 0 ? node.size() + end : end, node.size());
                for (int i = first; i < last && node.isArray(); i++) {
                    found.add(node.get(i));
                }
            }
            case Step.All() -> {
                if (node instanceof ArrayNode || node instanceof ObjectNode) {
                    node.forEach(found::add);
                }
            }
            case Step.Filter filter -> {
                if (node.isArray()) {
                    node.forEach(item -> {
                        if (holds(item, filter)) {
                            found.add(item);
                        }
                    });
                }
            }
        }
    }

    private static boolean holds(JsonNode item, Step.Filter filter) {
        List<JsonNode> left = find(List.of(item), filter.left());
        if (left.size() != 1) {
            return filter.operator().isEmpty() && !left.isEmpty();
        }
        JsonNode value = left.getFirst();
        JsonNode right = filter.right();
        if (filter.operator().isEmpty()) {
            return true;
        }
        boolean numbers = value.isNumber() && right.isNumber();
        int order = numbers
                ? value.decimalValue().compareTo(right.decimalValue())
                : show(value).compareTo(show(right));
        return switch (filter.operator()) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
