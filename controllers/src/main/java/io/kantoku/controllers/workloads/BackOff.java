package io.kantoku.controllers.workloads;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Growing pauses between attempts at one thing, one second at first and fifteen minutes at most (client-go's {@code flowcontrol.Backoff}). A
 * thing that has been left alone for twice the longest pause begins anew. Safe for use by many threads.
 */
final class BackOff<K> {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Map<K, Entry> entries = new HashMap<>();

    private record Entry(Duration pause, Instant since) {
        boolean old(Instant now) {
            return Duration.between(since, now).compareTo(LONGEST.multipliedBy(2)) > 0;
        }
    }

    /** How long the next attempt has to wait still; zero when it may be made. */
    synchronized Duration left(K key, Instant now) {
        Entry entry = entries.get(key);
        if (entry == null || entry.old(now)) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, entry.since().plus(entry.pause()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** An attempt is made: the one after it waits twice as long. */
    synchronized void attempt(K key, Instant now) {
        entries.values().removeIf(entry -> entry.old(now));
        Entry entry = entries.get(key);
        Duration doubled = entry == null ? FIRST : entry.pause().multipliedBy(2);
        entries.put(key, new Entry(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, now));
    }
}
