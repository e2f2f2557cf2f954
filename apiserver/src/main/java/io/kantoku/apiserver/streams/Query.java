package io.kantoku.apiserver.streams;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

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

    /** With its question mark; {@code ""} when it is empty. */
    @Override
    public String toString() {
        return text.toString();
    }
}
