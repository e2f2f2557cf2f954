package io.kantoku.loadbalancer.appliance;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Connections that have just begun, as HAProxy tells of them.
 *
 * @param runtime one line to HAProxy's command socket and its answer
 * @param running whether HAProxy runs
 */
record Newcomers(UnaryOperator<String> runtime, BooleanSupplier running) {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration FREQUENTLY = Duration.ofMillis(10);
    /** One that was just let in may need a moment until HAProxy knows of it. */
    private static final int LOOKS = 3;

    /** Returns when they have come to their end or turn out to be long ones. */
    void await() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (int quiet = 0; quiet < LOOKS && running.getAsBoolean() && System.nanoTime() < deadline; quiet++) {
                quiet = any() ? -1 : quiet;
                Thread.sleep(FREQUENTLY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a connection through the one listener has begun within a second. */
    private boolean any() {
        return runtime.apply("show sess")
                .lines()
                .anyMatch(line -> line.contains("fe=" + EngineText.LISTENER + " ") && line.contains(" age=0s "));
    }
}
