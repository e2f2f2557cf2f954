package io.kantoku.client;

/** A running subscription. */
public interface Subscription extends AutoCloseable {
    /** Ends the subscription; the listener is not called after this returns. */
    @Override
    void close();
}
