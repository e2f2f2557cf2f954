package io.kantoku.network;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/** Skips a test so that nobody overlooks it, and fails instead where skipping is not allowed. */
final class LoudSkip {
    private LoudSkip() {}

    static void unless(String needs, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return;
        }
        if (System.getenv("CI") != null) {
            throw new AssertionError("not skipped in CI: " + needs);
        }
        System.err.println("SKIPPED: " + needs);
        Assumptions.abort(needs);
    }
}
