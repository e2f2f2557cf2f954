package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's content in memory: the newest version of each key, and every change since the compacted revision.
 *
 * <p>One thread at a time changes it (recovery, then the committer); any thread reads. A reader picks a revision and takes
 * from each key's chain the version of that revision, so a change that is being applied stays invisible until
 * its revision is announced. Compaction announces the new compacted revision first and cuts chains afterwards: a reader that may have met a cut chain
 * sees the announcement when it looks again at the end.
 */
final class Versions {
    /** A change, and its version, from which compaction cuts what is older. */
    private record Recent(Change change, Version version) {}

    /** What a kept change weighs beside its key and value, about. */
    private static final long CHANGE_OVERHEAD = 160;

    private final ConcurrentSkipListMap<String, Version> newest = new ConcurrentSkipListMap<>();
    private final Retention retention;
    /** The change of each revision since the compacted one, at the revision modulo the length, a power of two. */
    private final AtomicReferenceArray<@Nullable Recent> recent;

    private volatile long revision = 1;
    private volatile long compacted = 1;
    private long recentBytes;

    /** @param retention what {@link #trim} keeps; until it is called up to a quarter more changes and twice the bytes */
    Versions(Retention retention) {
        this.retention = retention;
        int capacity = retention.maxRevisions() + retention.maxRevisions() / 4 + 1;
        this.recent = new AtomicReferenceArray<>(Integer.highestOneBit(capacity) << 1);
    }

    long revision() {
        return revision;
    }

    long compacted() {
        return compacted;
    }

    // Writing: one thread.

    /** Begins with a snapshot's state instead of none. */
    void load(Path snapshot) throws IOException {
        long at = Snapshot.read(
                snapshot, entry -> newest.put(entry.key(), new Version(entry.modRevision(), entry, null)));
        compacted = at;
        revision = at;
    }

    /** Adds the change that follows the last one and makes it the newest. */
    void apply(Change change) {
        forget(change.revision() - recent.length());
        forgetBeyond(2 * retention.maxBytes());
        Version version = new Version(change.revision(), change.current(), newest.get(change.key()));
        newest.put(change.key(), version);
        recent.set(slot(change.revision()), new Recent(change, version));
        recentBytes += weight(change);
        revision = change.revision();
    }

    /** Forgets states older than a revision. */
    void forget(long upTo) {
        long from = compacted;
        if (upTo <= from) {
            return;
        }
        compacted = upTo;
        for (long forgotten = from + 1; forgotten <= upTo; forgotten++) {
            forgetChange(forgotten);
        }
    }

    /**
     * Forgets what the retention does not ask to be kept.
     *
     * @param aged the newest revision that is known to be older than the retention's age; 0 for none
     */
    void trim(long aged) {
        forget(retention.floor(revision, aged));
        forgetBeyond(retention.maxBytes());
    }

    private void forgetBeyond(long maxBytes) {
        long floor = compacted;
        long bytes = recentBytes;
        while (bytes > maxBytes && floor < revision) {
            Recent oldest = recent.get(slot(++floor));
            bytes -= oldest == null ? 0 : weight(oldest.change());
        }
        forget(floor);
    }

    private void forgetChange(long forgotten) {
        Recent old = recent.getAndSet(slot(forgotten), null);
        if (old == null) {
            throw new IllegalStateException("no change of revision " + forgotten);
        }
        old.version().forgetOlder();
        if (old.change().current() == null) {
            newest.remove(old.change().key(), old.version()); // unless the key has been written again
        }
        recentBytes -= weight(old.change());
    }

    private static long weight(Change change) {
        Entry current = change.current();
        return CHANGE_OVERHEAD + change.key().length() + (current == null ? 0 : current.value().length);
    }

    // Reading: any thread.

    /** A key's entry in the newest state. */
    @Nullable
    Entry get(String key) {
        while (true) {
            long at = revision;
            Version version = newest.get(key);
            Entry entry = version == null ? null : version.at(at);
            if (compacted <= at) {
                return entry;
            }
        }
    }

    Page range(RangeRequest request) {
        while (true) {
            long at = request.revision() == 0 ? revision : request.revision();
            checkReached(at);
            Page page = read(request, at);
            if (compacted <= at) {
                return page;
            }
            if (request.revision() != 0) {
                throw compacted(at);
            }
        }
    }

    /** Passes on all entries of a state that is still kept; if it no longer is at the end, some may have been missed. */
    void forEach(long at, Consumer<Entry> consumer) {
        for (Version version : newest.values()) {
            Entry entry = version.at(at);
            if (entry != null) {
                consumer.accept(entry);
            }
        }
    }

    /** The change that made a revision, null when it is no longer kept or not yet made. */
    @Nullable
    Change change(long ofRevision) {
        Recent found = recent.get(slot(ofRevision));
        return found == null || found.change().revision() != ofRevision ? null : found.change();
    }

    /** Refuses a revision whose state or later changes are no longer kept. */
    void checkKept(long wanted) {
        if (wanted < compacted) {
            throw compacted(wanted);
        }
    }

    void checkReached(long wanted) {
        if (wanted > revision) {
            throw new StoreException(
                    Code.FUTURE_REVISION,
                    "revision " + wanted + " has not been reached, the store is at " + revision
                            + "; it may come from another store");
        }
    }

    private StoreException compacted(long wanted) {
        return new StoreException(
                Code.COMPACTED,
                "revision " + wanted + " is no longer kept, the oldest is " + compacted + "; read the newest state");
    }

    private Page read(RangeRequest request, long at) {
        String prefix = request.prefix();
        boolean afterFirst = request.after().compareTo(prefix) >= 0;
        ConcurrentNavigableMap<String, Version> tail =
                afterFirst ? newest.tailMap(request.after(), false) : newest.tailMap(prefix, true);
        int limit = request.limit() == 0 ? Integer.MAX_VALUE : request.limit();
        List<Entry> entries = new ArrayList<>(Math.min(limit, 512));
        long remaining = 0;
        for (var candidate : tail.entrySet()) {
            if (!candidate.getKey().startsWith(prefix)) {
                break;
            }
            Entry entry = candidate.getValue().at(at);
            if (entry == null) {
                continue;
            }
            if (entries.size() < limit) {
                entries.add(entry);
            } else {
                remaining++;
            }
        }
        return new Page(entries, at, remaining > 0, remaining);
    }

    private int slot(long ofRevision) {
        return (int) (ofRevision & (recent.length() - 1));
    }
}
