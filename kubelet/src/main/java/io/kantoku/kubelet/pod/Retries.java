package io.kantoku.kubelet.pod;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** When what has failed is tried again: half a second later at first, ever later up to ten seconds. Owned by one thread. */
final class Retries {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Map<String, Instant> due = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();

    Retries(InstantSource clock) {
        this.clock = clock;
    }

    boolean due(String what) {
        Instant when = due.get(what);
        return when == null || !clock.instant().isBefore(when);
    }

    /** The next time at which anything is due. */
    Optional<Instant> next() {
        return due.values().stream().min(Instant::compareTo);
    }

    void failed(String what) {
        int count = failures.merge(what, 1, Integer::sum);
        Duration pause = FIRST.multipliedBy(1L << Math.min(count - 1, 10));
        at(what, clock.instant().plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST));
    }

    void at(String what, Instant when) {
        due.put(what, when);
    }

    void succeeded(String what) {
        failures.remove(what);
        due.remove(what);
    }
}
