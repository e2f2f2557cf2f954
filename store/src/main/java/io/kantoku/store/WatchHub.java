package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Knows all watches by prefix and tells each of the changes that concern it.
 *
 * <p>The cost of a change grows with the lengths that watched prefixes have, not with how many there are. No watcher is called
 * here: a watch that is told of a change delivers it on a thread of its own.
 */
final class WatchHub {
    private final Versions versions;
    private final Map<String, Set<EmbeddedWatch>> byPrefix = new HashMap<>();
    private final TreeMap<Integer, Integer> prefixesByLength = new TreeMap<>();
    private volatile long dispatched;
    private boolean closed;

    WatchHub(Versions versions) {
        this.versions = versions;
        this.dispatched = versions.revision();
    }

    /** All changes up to this revision have been announced to their watches. */
    long dispatched() {
        return dispatched;
    }

    synchronized Watch add(String prefix, long afterRevision, Watcher watcher) {
        if (closed) {
            throw new StoreException(Code.CLOSED, "the store is closed");
        }
        // Revision 1 is that of a new store and made by no change, so who has nothing has not missed it.
        long position = Math.max(afterRevision, 1);
        versions.checkKept(position);
        EmbeddedWatch watch = new EmbeddedWatch(prefix, position, watcher, this, versions);
        byPrefix.computeIfAbsent(prefix, _ -> {
                    prefixesByLength.merge(prefix.length(), 1, Integer::sum);
                    return new HashSet<>();
                })
                .add(watch);
        watch.begin(dispatched);
        return watch;
    }

    synchronized void remove(EmbeddedWatch watch) {
        String prefix = watch.prefix();
        Set<EmbeddedWatch> watches = byPrefix.getOrDefault(prefix, Set.of());
        if (watches.contains(watch) && watches.remove(watch) && watches.isEmpty()) {
            byPrefix.remove(prefix);
            prefixesByLength.computeIfPresent(prefix.length(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Announces changes, which follow those announced before. */
    synchronized void announce(List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            String key = change.key();
            for (int length : prefixesByLength.headMap(key.length(), true).keySet()) {
                for (EmbeddedWatch watch : byPrefix.getOrDefault(key.substring(0, length), Set.of())) {
                    watch.announce(change.revision());
                }
            }
        }
        dispatched = changes.getLast().revision();
    }

    /** Lets watches for which nothing has come tell how far the store is. */
    synchronized void progress() {
        all().forEach(watch -> watch.progress(dispatched));
    }

    /** Ends all watches and accepts no more. */
    synchronized void close() {
        closed = true;
        all().forEach(watch -> watch.end(new StoreException(Code.CLOSED, "the store is closed")));
    }

    private List<EmbeddedWatch> all() {
        List<EmbeddedWatch> all = new ArrayList<>();
        byPrefix.values().forEach(all::addAll);
        return all;
    }
}
