package io.kantoku.store;

import java.util.List;

/** Receives changes on one thread at a time. */
public interface Watcher {
    /** Changes in revision order, at least one. */
    void onChanges(List<Change> changes);

    /**
     * Tells that nothing older than a revision is still to come for this watch; called from time to time and once the watch
     * has caught up.
     */
    default void onProgress(long revision) {}

    /** No more will come: the store was closed, or the watch fell behind further than the store keeps. */
    void onEnd(StoreException reason);
}
