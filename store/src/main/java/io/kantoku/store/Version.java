package io.kantoku.store;

import org.jspecify.annotations.Nullable;

/** What a key was from one revision on: an entry, or null for absent. Versions of a key form a chain, newest first. */
final class Version {
    private final long revision;
    private final @Nullable Entry entry;
    private volatile @Nullable Version older;

    Version(long revision, @Nullable Entry entry, @Nullable Version older) {
        this.revision = revision;
        this.entry = entry;
        this.older = older;
    }

    @Nullable
    Entry entry() {
        return entry;
    }

    /** The key's entry at a revision, looking from this version back. */
    @Nullable
    Entry at(long wanted) {
        for (Version version = this; version != null; version = version.older) {
            if (version.revision <= wanted) {
                return version.entry;
            }
        }
        return null;
    }

    void forgetOlder() {
        older = null;
    }
}
