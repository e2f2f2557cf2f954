package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Ages;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Points in time of the Kubernetes API (RFC 3339) and the ages that tables show. */
final class Times {
    private static final String UNKNOWN = "<unknown>";

    private Times() {}

    static Optional<Instant> read(JsonNode node) {
        String text = node.asText("");
        if (Tree.absent(node) || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    static String since(JsonNode node, Instant now) {
        return read(node).map(then -> age(Duration.between(then, now))).orElse(UNKNOWN);
    }

    static String age(Duration age) {
        return Ages.human(age);
    }
}
