package io.kantoku.store;

/** A running watch. */
public interface Watch extends AutoCloseable {
    /** Ends the watch; {@link Watcher#onEnd} is not called. */
    @Override
    void close();
}
