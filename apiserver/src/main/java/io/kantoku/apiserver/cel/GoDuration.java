package io.kantoku.apiserver.cel;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1h30m}, {@code 1.5s}, {@code 250ms}. */
final class GoDuration {
    private static final Pattern FORM =
            Pattern.compile("([+-])?((?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:ns|us|µs|ms|s|m|h))+|[+-]?0");
    private static final Pattern PART = Pattern.compile("([0-9]*\\.?[0-9]*)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, BigDecimal> SECONDS = Map.of(
            "ns", BigDecimal.ONE.movePointLeft(9),
            "us", BigDecimal.ONE.movePointLeft(6),
            "µs", BigDecimal.ONE.movePointLeft(6),
            "ms", BigDecimal.ONE.movePointLeft(3),
            "s", BigDecimal.ONE,
            "m", BigDecimal.valueOf(60),
            "h", BigDecimal.valueOf(3600));

    private GoDuration() {}

    /** @throws IllegalArgumentException when the text is no duration */
    static Duration parse(String text) {
        if (text.length() > 128 || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("invalid duration \"" + text + "\"");
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            String unit = parts.group(2);
            sum = sum.add(new BigDecimal(parts.group(1)).multiply(SECONDS.getOrDefault(unit, BigDecimal.ONE)));
        }
        BigDecimal signed = text.startsWith("-") ? sum.negate() : sum;
        return Duration.ofNanos(signed.movePointRight(9).longValue());
    }
}
