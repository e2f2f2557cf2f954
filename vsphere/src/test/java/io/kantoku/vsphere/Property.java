package io.kantoku.vsphere;

import java.util.Random;
import java.util.function.Consumer;

/** Runs a test with many random inputs; a failure names the seed, which {@code -Dproperty.seed} runs again. */
public final class Property {
    private Property() {}

    public static void holds(int runs, Consumer<Random> property) {
        Long fixed = Long.getLong("property.seed");
        long first = fixed == null ? System.nanoTime() : fixed;
        for (int run = 0; run < (fixed == null ? runs : 1); run++) {
            long seed = first + run;
            try {
                property.accept(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dproperty.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
