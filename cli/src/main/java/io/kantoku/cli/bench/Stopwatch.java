package io.kantoku.cli.bench;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.cli.CliException;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.transport.TransportException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Measures the time until something can be seen from outside, looking every 5 ms. */
final class Stopwatch {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final long start = System.nanoTime();

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The time since the start until it holds; what cannot be asked yet does not hold. */
    Duration until(String what, BooleanSupplier holds) throws InterruptedException {
        while (!holds(holds)) {
            if (elapsed().compareTo(LIMIT) > 0) {
                throw new TrialFailure("after " + LIMIT.toSeconds() + " s still waiting until " + what);
            }
            Thread.sleep(PAUSE);
        }
        return elapsed();
    }

    private static boolean holds(BooleanSupplier question) {
        try {
            return question.getAsBoolean();
        } catch (ApiException | TransportException | CliException e) {
            return false; // it does not answer yet
        }
    }
}
