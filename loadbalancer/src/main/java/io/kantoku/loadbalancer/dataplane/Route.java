package io.kantoku.loadbalancer.dataplane;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A method on a path of the API.
 *
 * @param template path below {@code /v2}; a segment {@code {x}} takes any one segment
 */
record Route(String method, String template, String title, Operation operation) {
    /** What is done for a call. */
    @FunctionalInterface
    interface Operation {
        Answer answer(Call call);
    }

    /** What the variable segments are, decoded, when the path fits. */
    Optional<Map<String, String>> match(String rawPath) {
        List<String> wanted = List.of(template.split("/", -1));
        List<String> given = List.of(rawPath.split("/", -1));
        if (wanted.size() != given.size()) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            String segment = wanted.get(i);
            if (segment.startsWith("{")) {
                variables.put(segment.substring(1, segment.length() - 1), decode(given.get(i)));
            } else if (!segment.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    private static String decode(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment; // names nothing that exists
        }
    }
}
