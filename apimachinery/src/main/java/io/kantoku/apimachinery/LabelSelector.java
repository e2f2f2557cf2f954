package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Selects objects by their labels: a conjunction of requirements, or nothing at all.
 *
 * @param requirements sorted by key; none selects everything
 * @param nothing whether no object is selected, whatever its labels
 */
public record LabelSelector(List<Requirement> requirements, boolean nothing) {
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);
    public static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

    /** How a label's value is compared; the sign is that of the query-string form. */
    public enum Operator {
        EQUALS("="),
        DOUBLE_EQUALS("=="),
        NOT_EQUALS("!="),
        IN("in"),
        NOT_IN("notin"),
        EXISTS("exists"),
        DOES_NOT_EXIST("!"),
        GREATER_THAN(">"),
        LESS_THAN("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    /**
     * One condition on one label.
     *
     * @param key the label
     * @param operator how its value is compared
     * @param values what with
     */
    public record Requirement(String key, Operator operator, SortedSet<String> values) {
        /**
         * Checks that the parts go together.
         *
         * @throws IllegalArgumentException in upstream's words when they do not
         */
        public Requirement {
            values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
            check(FieldPath.of("key"), key, Names.qualifiedName(key));
            String problem = problem(operator, values);
            if (!problem.isEmpty()) {
                throw new IllegalArgumentException(FieldError.invalid(FieldPath.of("values"), list(values), problem)
                        .toString());
            }
            int index = 0;
            for (String value : values) {
                check(FieldPath.of("values").index(index++).key(key), value, Names.labelValue(value));
            }
        }

        boolean matches(Map<String, String> labels) {
            String actual = labels.get(key);
            return switch (operator) {
                case EXISTS -> actual != null;
                case DOES_NOT_EXIST -> actual == null;
                case IN, EQUALS, DOUBLE_EQUALS -> actual != null && values.contains(actual);
                case NOT_IN, NOT_EQUALS -> actual == null || !values.contains(actual);
                case GREATER_THAN -> actual != null && isNumber(actual) && number(actual) > number(values.first());
                case LESS_THAN -> actual != null && isNumber(actual) && number(actual) < number(values.first());
            };
        }

        @Override
        public String toString() {
            return switch (operator) {
                case EXISTS -> key;
                case DOES_NOT_EXIST -> "!" + key;
                case IN, NOT_IN -> key + " " + operator.sign + " (" + String.join(",", values) + ")";
                case EQUALS, DOUBLE_EQUALS, NOT_EQUALS, GREATER_THAN, LESS_THAN -> key + operator.sign + values.first();
            };
        }

        private static String problem(Operator operator, SortedSet<String> values) {
            return switch (operator) {
                case IN, NOT_IN -> values.isEmpty() ? "for 'in', 'notin' operators, values set can't be empty" : "";
                case EQUALS, DOUBLE_EQUALS, NOT_EQUALS ->
                    values.size() != 1 ? "exact-match compatibility requires one single value" : "";
                case EXISTS, DOES_NOT_EXIST ->
                    values.isEmpty() ? "" : "values set must be empty for exists and does not exist";
                case GREATER_THAN, LESS_THAN ->
                    values.size() != 1
                            ? "for 'Gt', 'Lt' operators, exactly one value is required"
                            : isNumber(values.first()) ? "" : "for 'Gt', 'Lt' operators, the value must be an integer";
            };
        }

        private static boolean isNumber(String text) {
            try {
                Long.parseLong(text);
                return true;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        private static long number(String text) {
            return Long.parseLong(text);
        }

        private static JsonNode list(SortedSet<String> values) {
            return Json.mapper().valueToTree(values);
        }
    }

    public LabelSelector {
        requirements = requirements.stream()
                .sorted(Comparator.comparing(Requirement::key))
                .toList();
    }

    /**
     * Reads the query-string form: {@code a=b,c!=d,e in (x,y),!f,g}.
     *
     * @throws IllegalArgumentException in upstream's words when the text is not a label selector
     */
    public static LabelSelector parse(String text) {
        return new LabelSelector(new LabelSelectorParser(text).parse(), false);
    }

    /** Labels that must have exactly these values, as in a ReplicationController's or Service's selector. */
    public static LabelSelector ofLabels(Map<String, String> labels) {
        return new LabelSelector(
                labels.entrySet().stream()
                        .map(label -> requirement(label.getKey(), Operator.EQUALS, label.getValue()))
                        .toList(),
                false);
    }

    /**
     * Reads the object form, {@code matchLabels} and {@code matchExpressions}; an absent or null selector selects nothing, an empty
     * one everything.
     *
     * @throws IllegalArgumentException in upstream's words when it is not a label selector
     */
    public static LabelSelector fromJson(JsonNode json) {
        if (json.isMissingNode() || json.isNull()) {
            return NOTHING;
        }
        List<Requirement> requirements = new ArrayList<>();
        json.path("matchLabels")
                .properties()
                .forEach(label -> requirements.add(requirement(
                        label.getKey(), Operator.EQUALS, label.getValue().asText())));
        for (JsonNode expression : json.path("matchExpressions")) {
            TreeSet<String> values = new TreeSet<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(new Requirement(
                    expression.path("key").asText(),
                    operator(expression.path("operator").asText()),
                    values));
        }
        return new LabelSelector(requirements, false);
    }

    public boolean isEverything() {
        return requirements.isEmpty() && !nothing;
    }

    public boolean matches(Map<String, String> labels) {
        return !nothing && requirements.stream().allMatch(requirement -> requirement.matches(labels));
    }

    /** The query-string form, which {@link #parse} reads again; {@code ""} also for the selector of nothing. */
    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }

    static void check(FieldPath path, String value, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    FieldError.invalid(path, TextNode.valueOf(value), String.join("; ", problems))
                            .toString());
        }
    }

    private static Requirement requirement(String key, Operator operator, String value) {
        TreeSet<String> values = new TreeSet<>();
        values.add(value);
        return new Requirement(key, operator, values);
    }

    private static Operator operator(String name) {
        return switch (name) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default ->
                throw new IllegalArgumentException(TextNode.valueOf(name) + " is not a valid label selector operator");
        };
    }
}
