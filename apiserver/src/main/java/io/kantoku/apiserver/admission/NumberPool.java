package io.kantoku.apiserver.admission;

import io.kantoku.apimachinery.NamespacedName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Numbers of which each belongs to one object: those that objects hold, and those given out for writes on their way. A number
 * given out is held for its object until it is seen there, or for a while when the write fails. Not thread-safe.
 */
final class NumberPool {
    private static final Duration HOLD = Duration.ofSeconds(30);

    private record Hold(NamespacedName owner, Instant until) {}

    private final InstantSource clock;
    private final Set<Long> taken = new HashSet<>();
    private final Map<Long, Hold> held = new HashMap<>();

    NumberPool(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes over what objects hold now. */
    void observe(Set<Long> numbers) {
        taken.clear();
        taken.addAll(numbers);
        held.keySet().removeAll(numbers);
    }

    /** Forgets writes that did not come. */
    void expire() {
        Instant now = clock.instant();
        held.values().removeIf(hold -> hold.until().isBefore(now));
    }

    /** Whether an object may have a number that it does not have yet. */
    boolean free(long number, NamespacedName owner) {
        Hold hold = held.get(number);
        return !taken.contains(number) && (hold == null || hold.owner().equals(owner));
    }

    void hold(long number, NamespacedName owner) {
        held.put(number, new Hold(owner, clock.instant().plus(HOLD)));
    }
}
