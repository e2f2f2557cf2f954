package io.kantoku.kubelet.pod;

import java.util.Map;

/**
 * References {@code $(NAME)} in commands, arguments and values; {@code $$} stands for a dollar sign, and what is not known stays as it is.
 * Pure.
 */
final class Expansion {
    private Expansion() {}

    static String expand(String text, Map<String, String> values) {
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
                result.append(values.getOrDefault(name, text.substring(at, close + 1)));
                at = close + 1;
            } else {
                result.append(here);
                at++;
            }
        }
        return result.toString();
    }
}
