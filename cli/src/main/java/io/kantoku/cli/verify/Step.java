package io.kantoku.cli.verify;

import java.io.IOException;

/**
 * One thing that is shown.
 *
 * @param name what is done
 * @param shows the points of the article that it shows, for example {@code A8}; {@code ""} for what goes beyond the article
 * @param action returns when it holds, and throws when it does not
 */
public record Step(String name, String shows, Action action) {
    /** Does something and checks what comes of it. */
    @FunctionalInterface
    public interface Action {
        /**
         * Runs to its end.
         *
         * @throws io.kantoku.cli.trial.TrialFailure when something does not hold
         */
        void run() throws IOException, InterruptedException;
    }
}
