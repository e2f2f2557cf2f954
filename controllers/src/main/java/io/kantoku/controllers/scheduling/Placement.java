package io.kantoku.controllers.scheduling;

/** Where a pod goes. */
sealed interface Placement {
    record On(String node) implements Placement {}

    record Nowhere(Diagnosis diagnosis) implements Placement {}
}
