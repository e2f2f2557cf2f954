package io.kantoku.apimachinery;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Writes ages as kubectl shows them: {@code 45s}, {@code 9m24s}, {@code 150m}, {@code 3h10m}, {@code 17h}, {@code 2d}. */
public final class Ages {
    private static final String UNKNOWN = "<unknown>";
    private static final String INVALID = "<invalid>";

    private Ages() {}

    /** Two units while the second one matters, then one; slightly negative durations count as zero. */
    public static String human(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return INVALID;
        }
        if (seconds < 120) {
            return Math.max(seconds, 0) + "s";
        }
        long minutes = duration.toMinutes();
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = duration.toHours();
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (days < 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 730) {
            return days + "d";
        }
        return days < 8 * 365 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    /** The age of something made at a time in RFC 3339 form, {@code <unknown>} when there is none. */
    public static String since(String timestamp, Instant now) {
        if (timestamp.isEmpty()) {
            return UNKNOWN;
        }
        try {
            return human(Duration.between(Instant.parse(timestamp), now));
        } catch (DateTimeParseException e) {
            return INVALID;
        }
    }

    private static String two(long most, String unit, long rest, String smaller) {
        return most + unit + (rest == 0 ? "" : rest + smaller);
    }
}
