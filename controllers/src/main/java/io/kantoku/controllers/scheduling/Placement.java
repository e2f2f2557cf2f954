package io.kantoku.controllers.scheduling;

/** Where a pod goes. */
sealed interface Placement {
    record On(String node) implements Placement {}

    /** {@code message} says for how many nodes which reason holds, in upstream's words. */
    record Nowhere(String message) implements Placement {}
}
