package io.kantoku.transport;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decodes the query of a URL as HTML forms do: {@code &} between parameters, {@code +} for a space. */
final class QueryParameters {
    private QueryParameters() {}

    static Map<String, List<String>> parse(String query) throws RefusedRequestException {
        if (query.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        int start = 0;
        while (start <= query.length()) {
            int end = query.indexOf('&', start);
            if (end < 0) {
                end = query.length();
            }
            if (end > start) {
                add(parameters, query.substring(start, end));
            }
            start = end + 1;
        }
        parameters.replaceAll((name, values) -> Collections.unmodifiableList(values));
        return Collections.unmodifiableMap(parameters);
    }

    private static void add(Map<String, List<String>> parameters, String parameter) throws RefusedRequestException {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        parameters.computeIfAbsent(decode(name), _ -> new ArrayList<>(1)).add(decode(value));
    }

    private static String decode(String encoded) throws RefusedRequestException {
        if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
            return encoded;
        }
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedRequestException(
                    RefusedRequestException.BAD_REQUEST, "the query has a malformed escape: " + encoded);
        }
    }
}
