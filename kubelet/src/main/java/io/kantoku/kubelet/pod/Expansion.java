package io.kantoku.kubelet.pod;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * References {@code $(NAME)} in commands, arguments and values; {@code $$} stands for a dollar sign, and what is not known stays as it is.
 * Pure.
 */
final class Expansion {
    private Expansion() {}

    static String expand(String text, Map<String, String> values) {
        return expand(text, name -> values.getOrDefault(name, "$(" + name + ")"));
    }

    /** The same, where {@code values} says what stands for a name, or throws. */
    static String expand(String text, UnaryOperator<String> values) {
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char here = text.charAt(at);
            char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
            int close = next == '(' ? text.indexOf(')', at) : -1;
            if (here == '$' && next == '$') {
                result.append('$');
                at += 2;
            } else if (here == '$' && close > 0) {
                String name = text.substring(at + 2, close);
                result.append(values.apply(name));
                at = close + 1;
            } else {
                result.append(here);
                at++;
            }
        }
        return result.toString();
    }
}
