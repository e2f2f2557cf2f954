package io.kantoku.apiserver.registry;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as {@code metav1.Time} writes them: UTC, whole seconds. */
public final class Instants {
    private Instants() {}

    public static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
