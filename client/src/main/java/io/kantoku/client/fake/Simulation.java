package io.kantoku.client.fake;

import io.kantoku.client.ControllerSettings;
import io.kantoku.client.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * Runs controllers and deliveries on the test's own thread, in a fixed order, with a clock that moves only when told. Owned by
 * the test's thread.
 */
public final class Simulation implements Timer, Executor {
    private static final int LIMIT = 1_000_000;

    private final ArrayDeque<Runnable> work = new ArrayDeque<>();
    private final PriorityQueue<Pending> alarms =
            new PriorityQueue<>(Comparator.comparing(Pending::at).thenComparingLong(Pending::order));
    private final Random random;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long order;

    public Simulation() {
        this(1);
    }

    /** The seed decides the jitter of back-offs. */
    public Simulation(long seed) {
        random = new Random(seed);
    }

    /** What a controller group under test gets. */
    public ControllerSettings settings() {
        return new ControllerSettings(this, this, random);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public void execute(Runnable command) {
        work.add(command);
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        Pending pending = new Pending(now.plus(delay), order++, action);
        alarms.add(pending);
        return () -> alarms.remove(pending);
    }

    /** Runs everything that is due, and what follows from it, until nothing is left to do at this time. */
    public void settle() {
        for (int steps = 0; ; steps++) {
            Runnable next = work.poll();
            if (next == null) {
                return;
            }
            if (steps == LIMIT) {
                throw new IllegalStateException(
                        "after " + LIMIT + " steps there is still work: a controller runs in a loop");
            }
            next.run();
        }
    }

    /** Moves the clock, running alarms at their times. */
    public void advance(Duration duration) {
        Instant end = now.plus(duration);
        settle();
        for (int steps = 0; !alarms.isEmpty() && !alarms.element().at().isAfter(end); steps++) {
            if (steps == LIMIT) {
                throw new IllegalStateException("more than " + LIMIT + " alarms in " + duration);
            }
            Pending due = alarms.remove();
            now = due.at().isAfter(now) ? due.at() : now;
            due.action().run();
            settle();
        }
        now = end;
    }

    /** How many actions wait for their time. */
    public int alarms() {
        return alarms.size();
    }

    private record Pending(Instant at, long order, Runnable action) {}
}
