package io.kantoku.client;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What controllers need from their surroundings; tests put their own in its place.
 *
 * @param timer the clock and the delayed repeats
 * @param executor runs workers; each call of {@code execute} is one worker that may block
 * @param random the jitter of back-offs; used by many threads
 */
public record ControllerSettings(Timer timer, Executor executor, RandomGenerator random) {
    /** The machine's clock, a virtual thread per worker, real randomness. */
    public static ControllerSettings standard() {
        return new ControllerSettings(
                Timer.system(),
                work -> Thread.ofVirtual().name("reconcile").start(work),
                () -> java.util.concurrent.ThreadLocalRandom.current().nextLong());
    }
}
