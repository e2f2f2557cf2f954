package io.kantoku.client;

/** Brings one object's world into its desired state. Called by one thread at a time for one request. */
@FunctionalInterface
public interface Reconciler {
    /**
     * Looks at the present state and does what is missing. Must be repeatable. An exception means "try again later": the loop
     * logs it and repeats with a growing delay.
     */
    Result reconcile(Request request);
}
