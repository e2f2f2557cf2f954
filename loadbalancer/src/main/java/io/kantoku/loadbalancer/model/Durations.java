package io.kantoku.loadbalancer.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** HAProxy's durations: a number with a unit, milliseconds without one. */
final class Durations {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(us|ms|s|m|h|d)?");

    private Durations() {}

    /** Milliseconds, {@code null} when the text is not a duration or is longer than a timer can be. */
    static @Nullable Integer parseMillis(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "ms" : matcher.group(2);
        long millis = switch (unit) {
            case "us" -> number / 1000;
            case "ms" -> number;
            case "s" -> number * 1000;
            case "m" -> number * 60_000;
            case "h" -> number * 3_600_000;
            case "d" -> number * 86_400_000;
            default -> throw new IllegalStateException(unit);
        };
        return millis > Integer.MAX_VALUE ? null : (int) millis;
    }
}
