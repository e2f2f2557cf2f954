package io.kantoku.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a failed reconciliation is repeated: doubling from {@code first} up to {@code cap}.
 *
 * @param first the delay after the first failure
 * @param cap the longest delay
 * @param jitter the share of the delay that is random, 0 to 1, so that keys that failed together do not return together
 */
public record Backoff(Duration first, Duration cap, double jitter) {
    public Backoff {
        if (first.isNegative() || first.isZero() || cap.compareTo(first) < 0 || jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException(
                    "back-off needs 0 < first <= cap and 0 <= jitter <= 1: " + first + ", " + cap + ", " + jitter);
        }
    }

    /** From 5 ms, as upstream's work queue, to a minute (upstream: 1000 s, too long for people who wait). */
    public static Backoff standard() {
        return new Backoff(Duration.ofMillis(5), Duration.ofMinutes(1), 0.2);
    }

    /** For writes that lost a race: the next attempt nearly always succeeds. */
    public static Backoff afterConflict() {
        return new Backoff(Duration.ofMillis(2), Duration.ofSeconds(1), 0.5);
    }

    /** The delay after so many failures in a row, at least one; never longer than the cap. */
    public Duration delay(int failures, RandomGenerator random) {
        int doublings = Math.clamp(failures - 1L, 0, 30);
        double full = Math.min((double) cap.toNanos(), Math.scalb((double) first.toNanos(), doublings));
        return Duration.ofNanos((long) (full * (1 - jitter * random.nextDouble())));
    }
}
