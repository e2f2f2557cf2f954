package io.kantoku.store;

import java.util.List;

/**
 * The answer to a range request.
 *
 * @param revision the revision at which the entries were read
 * @param more whether keys with the prefix follow the last entry
 * @param remaining how many keys follow the last entry
 */
public record Page(List<Entry> entries, long revision, boolean more, long remaining) {
    public Page {
        entries = List.copyOf(entries);
    }
}
