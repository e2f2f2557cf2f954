package io.kantoku.kubelet.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long what keeps failing has to wait: nothing at first, then 10 s, doubled each time up to five minutes, and forgotten after
 * ten minutes without failure, as kubelets do. Owned by one thread.
 */
final class RestartBackoff {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private record Entry(Duration delay, Instant updated) {}

    private final Map<String, Entry> entries = new HashMap<>();

    /** The delay that is in effect for something that failed at {@code since}; empty when it may be tried. */
    Optional<Duration> current(String key, Instant since, Instant now) {
        Entry entry = entries.get(key);
        if (entry == null || forgotten(entry, now) || !now.isBefore(since.plus(entry.delay()))) {
            return Optional.empty();
        }
        return Optional.of(entry.delay());
    }

    /** Something that failed is tried again: the next failure has to wait longer. */
    void next(String key, Instant now) {
        entries.merge(key, new Entry(FIRST, now), (before, first) -> {
            if (forgotten(before, now)) {
                return first;
            }
            Duration doubled = before.delay().multipliedBy(2);
            return new Entry(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, now);
        });
    }

    void reset(String key) {
        entries.remove(key);
    }

    private static boolean forgotten(Entry entry, Instant now) {
        return Duration.between(entry.updated(), now).compareTo(LONGEST.multipliedBy(2)) > 0;
    }
}
