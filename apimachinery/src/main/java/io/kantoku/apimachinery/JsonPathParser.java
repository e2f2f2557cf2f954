package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.JsonPath.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Reads one JSONPath. */
final class JsonPathParser {
    private static final int LONGEST = 4096;
    private static final List<String> OPERATORS = List.of("==", "!=", "<=", ">=", "<", ">");

    private final String text;
    private int at;

    JsonPathParser(String text) {
        this.text = text;
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("the JSONPath is longer than " + LONGEST + " characters");
        }
    }

    List<Step> parse() {
        if (text.startsWith("$") || text.startsWith("@")) {
            at++;
        }
        List<Step> steps = new ArrayList<>();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '[') {
                steps.add(bracket());
            } else if (c == '.') {
                at++;
                if (at < text.length() && text.charAt(at) == '.') {
                    throw refused("recursive descent (..) is not supported");
                }
                if (at < text.length() && text.charAt(at) != '[') {
                    steps.add(member());
                }
            } else if (at == 0) {
                steps.add(member());
            } else {
                throw refused("unexpected \"" + c + "\"");
            }
        }
        return steps;
    }

    private Step member() {
        StringBuilder name = new StringBuilder();
        while (at < text.length() && ".[]".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (name.isEmpty()) {
            throw refused("a name is missing");
        }
        return name.toString().equals("*") ? new Step.All() : new Step.Member(name.toString());
    }

    private Step bracket() {
        int end = end();
        String inside = text.substring(at + 1, end).strip();
        if (inside.startsWith("?(") && inside.endsWith(")")) {
            Step filter = filter(inside.substring(2, inside.length() - 1).strip());
            at = end + 1;
            return filter;
        }
        Step step = plain(inside);
        at = end + 1;
        return step;
    }

    private Step plain(String inside) {
        if (inside.equals("*")) {
            return new Step.All();
        }
        if (inside.length() >= 2 && isQuoted(inside)) {
            return new Step.Member(unquote(inside));
        }
        int colon = inside.indexOf(':');
        if (colon >= 0) {
            String start = inside.substring(0, colon);
            String stop = inside.substring(colon + 1);
            return new Step.Slice(
                    start.isEmpty() ? 0 : number(start), stop.isEmpty() ? Integer.MAX_VALUE : number(stop));
        }
        return new Step.Index(number(inside));
    }

    private Step filter(String condition) {
        for (int i = 0; i < condition.length(); i++) {
            char c = condition.charAt(i);
            if (c == '\'' || c == '"') {
                i = closing(condition, i);
                continue;
            }
            for (String operator : OPERATORS) {
                if (condition.startsWith(operator, i)) {
                    List<Step> left =
                            new JsonPathParser(condition.substring(0, i).strip()).parse();
                    return new Step.Filter(
                            left,
                            operator,
                            literal(condition.substring(i + operator.length()).strip()));
                }
            }
        }
        return new Step.Filter(new JsonPathParser(condition).parse(), "", NullNode.getInstance());
    }

    private JsonNode literal(String written) {
        if (written.length() >= 2 && isQuoted(written)) {
            return TextNode.valueOf(unquote(written));
        }
        if (written.equals("true") || written.equals("false")) {
            return BooleanNode.valueOf(written.equals("true"));
        }
        try {
            return DecimalNode.valueOf(new BigDecimal(written));
        } catch (NumberFormatException e) {
            throw refused("\"" + written + "\" is neither a quoted text nor a number");
        }
    }

    /** Where the bracket that opens here closes; brackets inside quotes do not count. */
    private int end() {
        int depth = 0;
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'' || c == '"') {
                i = closing(text, i);
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            }
        }
        throw refused("unterminated array");
    }

    private int closing(String in, int open) {
        for (int i = open + 1; i < in.length(); i++) {
            if (in.charAt(i) == '\\') {
                i++;
            } else if (in.charAt(i) == in.charAt(open)) {
                return i;
            }
        }
        throw refused("a quote is not closed");
    }

    private static boolean isQuoted(String text) {
        char first = text.charAt(0);
        return (first == '\'' || first == '"') && text.charAt(text.length() - 1) == first;
    }

    private static String unquote(String quoted) {
        return quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private int number(String digits) {
        try {
            return Integer.parseInt(digits.strip());
        } catch (NumberFormatException e) {
            throw refused("\"" + digits + "\" is not an array index");
        }
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("invalid JSONPath \"" + text + "\": " + why);
    }
}
