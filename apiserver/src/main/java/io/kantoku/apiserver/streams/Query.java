package io.kantoku.apiserver.streams;

import io.kantoku.transport.Exchange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The query of a call to a kubelet, while it is put together. */
final class Query {
    private final StringBuilder text = new StringBuilder();

    Query add(String name, String value) {
        text.append(text.isEmpty() ? '?' : '&').append(encode(name)).append('=').append(encode(value));
        return this;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** One segment of a path. */
    static String segment(String value) {
        return encode(value);
    }

    /** Whether a parameter says yes; as upstream reads it, a parameter without a value does. */
    static boolean isTrue(Exchange exchange, String name) {
        List<String> values = exchange.query().getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return false;
        }
        String value = values.getFirst().toLowerCase(Locale.ROOT);
        return !value.equals("false") && !value.equals("0");
    }

    /** With its question mark; {@code ""} when it is empty. */
    @Override
    public String toString() {
        return text.toString();
    }
}
