package io.kantoku.cli.plugin;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code --request-timeout} as kubectl does: Go durations, bare numbers as seconds, and 0 for no limit. */
final class RequestTimeout {
    /** When the flag is not given. */
    static final Duration DEFAULT = Duration.ofSeconds(30);

    /** What stands for "no limit". */
    static final Duration UNLIMITED = Duration.ofDays(1);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");

    private RequestTimeout() {}

    /** The time that one request may take; {@code ""} when the flag is not given. */
    static Duration parse(String text) {
        if (text.isEmpty()) {
            return DEFAULT;
        }
        Duration duration = SECONDS.matcher(text).matches() ? Duration.ofSeconds(Long.parseLong(text)) : parts(text);
        return duration.isZero() || duration.compareTo(UNLIMITED) > 0 ? UNLIMITED : duration;
    }

    private static Duration parts(String text) {
        Matcher part = PART.matcher(text);
        double millis = 0;
        int end = 0;
        while (part.find(end) && part.start() == end) {
            millis += Double.parseDouble(part.group(1)) * millisOf(part.group(2));
            end = part.end();
        }
        if (end != text.length()) {
            throw new PluginException(
                    "--request-timeout \"" + text
                            + "\" is not a duration: give seconds, or a number with a unit such as 30s, 2m or 1h; 0 is no limit");
        }
        return Duration.ofMillis(millis > 0 ? Math.max(1, Math.round(millis)) : 0);
    }

    private static long millisOf(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
        };
    }
}
