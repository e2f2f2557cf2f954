package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
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

    /**
     * An age as kubectl shows it: about three significant figures, in at most two units ({@code 5m3s}, {@code 26h},
     * {@code 3d4h}, {@code 2y117d}); negative ages beyond clock skew are {@code <invalid>}.
     */
    static String age(Duration age) {
        long seconds = age.getSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (hours < 24 * 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 2 * 365) {
            return days + "d";
        }
        long years = days / 365;
        return days < 8 * 365 ? two(years, "y", days % 365, "d") : years + "y";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }
}
