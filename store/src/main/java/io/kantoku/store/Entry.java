package io.kantoku.store;

/**
 * A key's value at some revision. The array is shared and must not be changed.
 *
 * @param createRevision the revision that made the key after it was last absent
 * @param modRevision the revision of this value
 */
@SuppressWarnings("ArrayRecordComponent") // values are large and shared; nobody compares entries by content
public record Entry(String key, byte[] value, long createRevision, long modRevision) {}
