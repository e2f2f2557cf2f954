package io.kantoku.store;

import org.jspecify.annotations.Nullable;

/**
 * One write as a watcher sees it.
 *
 * @param revision the write's revision
 * @param current the new entry, null when the key was removed
 * @param previous the entry before, null when the key was absent
 */
public record Change(
        long revision,
        String key,
        @Nullable Entry current,
        @Nullable Entry previous) {}
