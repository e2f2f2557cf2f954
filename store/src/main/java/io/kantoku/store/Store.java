package io.kantoku.store;

import java.util.Optional;

/**
 * A durable map from keys to bytes with one monotone revision, after etcd's semantics.
 *
 * <p>Each successful write raises the revision by exactly one. A write that has returned survives a crash of the process. A
 * read that starts after a write has returned sees it. All methods may be called from any thread and may block.
 */
public interface Store extends AutoCloseable {
    /** The revision of the newest write; 1 in a new store, so that 0 can mean "any". */
    long revision();

    /** The oldest revision whose state can still be read and watched from. */
    long compactedRevision();

    Optional<Entry> get(String key);

    /**
     * Entries whose key begins with a prefix, in key order.
     *
     * @throws StoreException {@link StoreException.Code#COMPACTED} when the revision is older than {@link
     *     #compactedRevision()}, {@link StoreException.Code#FUTURE_REVISION} when it has not been reached
     */
    Page range(RangeRequest request);

    /**
     * Writes a value if the key's present state is the expected one.
     *
     * @return the entry as written
     * @throws StoreException {@link StoreException.Code#CONFLICT} when the expectation does not hold; nothing is changed
     */
    Entry put(String key, byte[] value, Expectation expected);

    /**
     * Removes a key if its present state is the expected one.
     *
     * @return the revision of the removal
     * @throws StoreException {@link StoreException.Code#CONFLICT} when the expectation does not hold or the key is absent
     */
    long delete(String key, Expectation expected);

    /**
     * Removes all keys with a prefix, each by a revision of its own, in key order.
     *
     * @return how many keys were removed
     */
    int deletePrefix(String prefix);

    /**
     * Delivers every change of keys with a prefix whose revision is greater than {@code afterRevision}, exactly once and in
     * revision order, on a thread of the store's; a slow watcher delays nobody else.
     *
     * @throws StoreException {@link StoreException.Code#COMPACTED} when changes after that revision are no longer kept
     */
    Watch watch(String prefix, long afterRevision, Watcher watcher);

    /** Forgets all states older than a revision; the newest state of each key is always kept. */
    void compact(long revision);

    /** Stops all watches and closes the files; what was acknowledged is on disk already. */
    @Override
    void close();
}
