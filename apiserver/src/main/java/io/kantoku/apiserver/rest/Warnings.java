package io.kantoku.apiserver.rest;

import io.kantoku.transport.Exchange;
import java.util.LinkedHashSet;
import java.util.List;

/** {@code Warning} headers (RFC 7234, code 299), which kubectl prints. */
final class Warnings {
    private static final int LONGEST = 256;
    private static final int MOST = 16;

    private Warnings() {}

    static void add(Exchange exchange, List<String> sentences) {
        new LinkedHashSet<>(sentences)
                .stream()
                        .limit(MOST)
                        .forEach(sentence ->
                                exchange.addResponseHeader("Warning", "299 - \"" + quoted(sentence) + "\""));
    }

    private static String quoted(String sentence) {
        StringBuilder text = new StringBuilder();
        String cut = sentence.length() > LONGEST ? sentence.substring(0, LONGEST) : sentence;
        cut.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c < ' ' || c > '~' ? ' ' : (char) c);
        });
        return text.toString();
    }
}
