package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.NamespacedName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One collection of one logical cluster in memory: the newest version of each object, the latest changes, and who watches.
 *
 * <p>Changed by the thread that feeds the {@link WatchCache} only; read by any. Everything is guarded by one lock that is held only
 * to copy references.
 */
public final class CachedCollection {
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, StoredObject> objects = new TreeMap<>();
    private final EventLog log;
    private final Set<CollectionWatch> watches = new HashSet<>();
    private final LongSupplier published;

    /**
     * @param floor the revision at which the collection was known to be empty
     * @param published the newest revision that the whole cache has applied
     */
    CachedCollection(long floor, LongSupplier published) {
        this.log = new EventLog(floor);
        this.published = published;
    }

    /**
     * The state of a collection at one revision.
     *
     * @param revision a watch from here delivers exactly what follows
     */
    public record Snapshot(List<StoredObject> objects, long revision) {}

    public Optional<StoredObject> find(NamespacedName name) {
        lock.lock();
        try {
            return Optional.ofNullable(objects.get(StorageKey.position(name)));
        } finally {
            lock.unlock();
        }
    }

    /** The objects of a namespace, or all when it is empty, in the store's order. */
    public Snapshot snapshot(String namespace) {
        long revision = published.getAsLong();
        lock.lock();
        try {
            return new Snapshot(new ArrayList<>(range(namespace).values()), Math.max(revision, newest()));
        } finally {
            lock.unlock();
        }
    }

    /** The revision of the newest change. */
    long newestRevision() {
        lock.lock();
        try {
            return newest();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return objects.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Watches what follows a revision.
     *
     * @return empty when changes after that revision are no longer known
     */
    Optional<CollectionWatch> watchAfter(long revision, Selection selection) {
        lock.lock();
        try {
            if (revision < log.floor()) {
                return Optional.empty();
            }
            return Optional.of(open(log.firstAfter(revision), revision, selection, List.of()));
        } finally {
            lock.unlock();
        }
    }

    /** Watches from the present state on, which the watch holds as {@link CollectionWatch#initial}. */
    CollectionWatch watchFromNow(Selection selection) {
        long revision = published.getAsLong();
        lock.lock();
        try {
            List<StoredObject> present =
                    new ArrayList<>(range(selection.namespace()).values());
            return open(log.next(), Math.max(revision, newest()), selection, present);
        } finally {
            lock.unlock();
        }
    }

    private CollectionWatch open(long position, long revision, Selection selection, List<StoredObject> present) {
        CollectionWatch watch = new CollectionWatch(this, selection, position, revision, present);
        watches.add(watch);
        return watch;
    }

    private SortedMap<String, StoredObject> range(String namespace) {
        String prefix = StorageKey.positionPrefix(namespace);
        return prefix.isEmpty() ? objects : objects.subMap(prefix, namespace + (char) ('/' + 1));
    }

    private long newest() {
        return log.next() == log.first() ? log.floor() : log.get(log.next() - 1).revision();
    }

    /** The present version of an object, for the feeding thread. */
    @Nullable
    StoredObject present(StorageKey key) {
        lock.lock();
        try {
            return objects.get(key.position());
        } finally {
            lock.unlock();
        }
    }

    /** Takes over an object without telling anyone, while the cache is being filled. */
    void load(StoredObject object) {
        lock.lock();
        try {
            objects.put(object.key().position(), object);
        } finally {
            lock.unlock();
        }
    }

    /** Applies a change and returns the watches that must look at it. */
    List<CollectionWatch> apply(CacheEvent event) {
        lock.lock();
        try {
            String position = event.object().key().position();
            if (event.deleted()) {
                objects.remove(position);
            } else {
                objects.put(position, event.object());
            }
            long number = log.next();
            log.append(event);
            List<CollectionWatch> concerned = new ArrayList<>();
            for (CollectionWatch watch : watches) {
                if (watch.concernedBy(event, number)) {
                    concerned.add(watch);
                }
            }
            return concerned;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the history begin anew: those who watch must start over. */
    void forgetHistory(long revision) {
        List<CollectionWatch> all;
        lock.lock();
        try {
            log.reset(revision);
            all = List.copyOf(watches);
        } finally {
            lock.unlock();
        }
        all.forEach(CollectionWatch::wake);
    }

    /** Ends all watches. */
    void close() {
        List<CollectionWatch> all;
        lock.lock();
        try {
            all = List.copyOf(watches);
        } finally {
            lock.unlock();
        }
        all.forEach(CollectionWatch::close);
    }

    void remove(CollectionWatch watch) {
        lock.lock();
        try {
            watches.remove(watch);
        } finally {
            lock.unlock();
        }
    }

    /** Reads on for a watch: what it has not seen, at most {@code most} changes. */
    CollectionWatch.Progress read(CollectionWatch watch, int most) {
        long revision = published.getAsLong();
        lock.lock();
        try {
            long position = watch.position();
            if (position < log.first()) {
                return new CollectionWatch.Progress(List.of(), 0, true);
            }
            long end = Math.min(log.next(), position + most);
            List<CacheEvent> events = new ArrayList<>((int) (end - position));
            for (long number = position; number < end; number++) {
                events.add(log.get(number));
            }
            watch.moveTo(end);
            long upTo = end == log.next()
                    ? Math.max(revision, newest())
                    : events.getLast().revision();
            return new CollectionWatch.Progress(events, upTo, false);
        } finally {
            lock.unlock();
        }
    }

    /** The revision up to which a watch has seen everything; 0 when it has not read to the end. */
    long seenBy(CollectionWatch watch) {
        long revision = published.getAsLong();
        lock.lock();
        try {
            return watch.position() == log.next() ? Math.max(revision, newest()) : 0;
        } finally {
            lock.unlock();
        }
    }
}
