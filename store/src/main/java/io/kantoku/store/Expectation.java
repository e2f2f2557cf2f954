package io.kantoku.store;

/** What a writer believes a key's state to be. */
public sealed interface Expectation {
    /** Whatever the state is. */
    record Any() implements Expectation {}

    /** The key has no value. */
    record Absent() implements Expectation {}

    /** The key's value was written by this revision. */
    record Revision(long modRevision) implements Expectation {}
}
