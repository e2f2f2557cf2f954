package io.kantoku.supervisor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The system's clock, moved as a test wants. */
public final class TestClock implements InstantSource {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }

    public void advance(Duration by) {
        ahead = ahead.plus(by);
    }
}
