package io.kantoku.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** A pod as the checks read it: metadata and spec. */
record PodView(JsonNode metadata, JsonNode spec) {
    /** All containers, the ephemeral ones too. */
    List<JsonNode> containers() {
        List<JsonNode> all = new ArrayList<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            spec.path(list).forEach(all::add);
        }
        return all;
    }

    JsonNode security() {
        return spec.path("securityContext");
    }

    boolean windows() {
        return spec.path("os").path("name").asText().equals("windows");
    }

    /** The names of containers whose security context has a property, quoted. */
    List<String> containersWhere(Predicate<JsonNode> property) {
        return containers().stream()
                .filter(container -> property.test(container.path("securityContext")))
                .map(PodView::quotedName)
                .toList();
    }

    /** What containers say, each text once, in order. */
    List<String> collect(Function<JsonNode, List<String>> texts) {
        return containers().stream()
                .flatMap(container -> texts.apply(container).stream())
                .distinct()
                .sorted()
                .toList();
    }

    static String quotedName(JsonNode container) {
        return quoted(container.path("name").asText());
    }

    static String quoted(String text) {
        return "\"" + text + "\"";
    }

    /** {@code container "a"} or {@code containers "a", "b"}. */
    static String named(String noun, List<String> quoted) {
        return noun + (quoted.size() > 1 ? "s " : " ") + String.join(", ", quoted);
    }
}
