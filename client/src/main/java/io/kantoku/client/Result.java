package io.kantoku.client;

import java.time.Duration;

/**
 * What a reconciliation came to.
 *
 * @param again reconcile again after this time even if nothing changes; zero for "only when something changes"
 */
public record Result(Duration again) {
    public static Result done() {
        return new Result(Duration.ZERO);
    }

    public static Result after(Duration delay) {
        return new Result(delay);
    }
}
