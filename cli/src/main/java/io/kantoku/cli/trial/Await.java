package io.kantoku.cli.trial;

import java.time.Duration;
import java.util.Optional;

/** Looks again and again, as somebody outside has to, until something holds. */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    /** Tells what is still missing; empty when it holds. */
    @FunctionalInterface
    public interface Look {
        Optional<String> missing() throws InterruptedException;
    }

    /**
     * Returns when nothing is missing.
     *
     * @throws TrialFailure with what is missing still when the limit has passed; never before it was looked at twice
     */
    public static void until(Duration limit, String what, Look look) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean last = System.nanoTime() > end;
            Optional<String> missing = missing(look);
            if (missing.isEmpty()) {
                return;
            }
            if (last) {
                throw new TrialFailure(
                        "after " + limit.toSeconds() + " s still waiting until " + what + ": " + missing.get());
            }
            Thread.sleep(PAUSE);
        }
    }

    /** A command that fails on the way is one more thing that is not there yet. */
    private static Optional<String> missing(Look look) throws InterruptedException {
        try {
            return look.missing();
        } catch (TrialFailure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
