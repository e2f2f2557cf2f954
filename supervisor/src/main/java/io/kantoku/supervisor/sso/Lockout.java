package io.kantoku.supervisor.sso;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Locks a name after failed logins, as vCenter Single Sign-On does by default: five failures within three minutes lock it for
 * five minutes. Names that nobody has are locked alike, so that a lock tells nothing. Thread-safe.
 */
final class Lockout {
    static final int FAILURES = 5;
    static final Duration WINDOW = Duration.ofMinutes(3);
    static final Duration LOCKED = Duration.ofMinutes(5);

    /** So that inventing names does not fill the memory; the oldest are forgotten. */
    private static final int NAMES_KEPT = 10_000;

    private record Failures(int count, Instant first, Instant last) {
        boolean locked(Instant now) {
            return count >= FAILURES && now.isBefore(last.plus(LOCKED));
        }

        boolean over(Instant now) {
            return count < FAILURES ? !now.isBefore(first.plus(WINDOW)) : !locked(now);
        }
    }

    private final InstantSource clock;
    private final Map<String, Failures> names = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > NAMES_KEPT;
        }
    };

    Lockout(InstantSource clock) {
        this.clock = clock;
    }

    synchronized boolean locked(String name) {
        Failures failures = names.get(name);
        return failures != null && failures.locked(clock.instant());
    }

    /** Counts a failure; one while the name is locked does not make the lock longer. */
    synchronized void failed(String name) {
        Instant now = clock.instant();
        Failures known = names.get(name);
        if (known == null || known.over(now)) {
            names.put(name, new Failures(1, now, now));
        } else if (!known.locked(now)) {
            names.put(name, new Failures(known.count() + 1, known.first(), now));
        }
    }

    synchronized void succeeded(String name) {
        names.remove(name);
    }
}
