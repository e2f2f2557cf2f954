package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.store.Change;
import io.kantoku.store.Entry;
import io.kantoku.store.Page;
import io.kantoku.store.RangeRequest;
import io.kantoku.store.Store;
import io.kantoku.store.StoreException;
import io.kantoku.store.Watch;
import io.kantoku.store.Watcher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest state of all objects of all logical clusters in memory, fed by one watch of the store.
 *
 * <p>Whoever needs the effect of a write waits until its revision is applied ({@link #awaitRevision}); since every revision of the
 * store passes through here, "applied" is one number. Changes are applied by the store's watch thread under one lock, which subscribers
 * share so that they see a state and exactly what follows it.
 */
public final class WatchCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchCache.class);
    private static final String EVERYTHING = "/";
    private static final int LOAD_PAGE = 2_000;

    private final Store store;
    private final InstantSource clock;
    private final Map<ClusterId, ClusterCache> clusters = new ConcurrentHashMap<>();
    private final Map<GroupResource, List<CacheListener>> listeners = new ConcurrentHashMap<>();
    private final ReentrantLock applying = new ReentrantLock();
    private final ReentrantLock progress = new ReentrantLock();
    private final Condition progressed = progress.newCondition();
    private volatile long applied;
    private volatile boolean closed;
    private @Nullable Watch watch;

    private WatchCache(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Reads the whole store and follows it from there. */
    public static WatchCache open(Store store, InstantSource clock) {
        WatchCache cache = new WatchCache(store, clock);
        cache.applying.lock();
        try {
            cache.loadAll();
            cache.follow();
        } finally {
            cache.applying.unlock();
        }
        return cache;
    }

    /** Every change up to this revision is visible here. */
    public long revision() {
        return applied;
    }

    /** A collection of a cluster that exists; a cluster that does not exist has empty ones. */
    public CachedCollection collection(ClusterId cluster, GroupResource resource) {
        return cluster(cluster).collection(resource);
    }

    /** The objects of a collection if it has ever been used. */
    public Optional<CachedCollection> existing(ClusterId cluster, GroupResource resource) {
        return Optional.ofNullable(clusters.get(cluster)).flatMap(cache -> cache.existing(resource));
    }

    /** How many objects the collections of a cluster have; those that were never used are left out. */
    public Map<GroupResource, Integer> counts(ClusterId cluster) {
        Map<GroupResource, Integer> counts = new HashMap<>();
        ClusterCache cache = clusters.get(cluster);
        if (cache != null) {
            cache.byResource().forEach((resource, collection) -> counts.put(resource, collection.size()));
        }
        return counts;
    }

    /** The collections of a cluster that have objects. */
    public Set<GroupResource> used(ClusterId cluster) {
        Set<GroupResource> used = new HashSet<>();
        ClusterCache cache = clusters.get(cluster);
        if (cache != null) {
            cache.byResource().forEach((resource, collection) -> {
                if (collection.size() > 0) {
                    used.add(resource);
                }
            });
        }
        return used;
    }

    /**
     * Waits until a revision of the store is visible here.
     *
     * @throws ApiException 504 when it does not come in time
     */
    public void awaitRevision(long revision, Duration patience) {
        if (applied >= revision) {
            return;
        }
        progress.lock();
        try {
            long nanos = patience.toNanos();
            while (applied < revision) {
                if (closed) {
                    throw Failures.shuttingDown();
                }
                if (nanos <= 0) {
                    throw Failures.tooLargeResourceVersion(revision, applied);
                }
                nanos = progressed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.shuttingDown();
        } finally {
            progress.unlock();
        }
    }

    /** Waits until all writes that have returned are visible here. */
    public void awaitLatest() {
        try {
            awaitRevision(store.revision(), Duration.ofSeconds(30));
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }

    /** Tells a listener of all objects of a collection, in all clusters, and then of every change, until closed. */
    public Registration subscribe(GroupResource resource, CacheListener listener) {
        applying.lock();
        try {
            List<StoredObject> present = new ArrayList<>();
            for (ClusterCache cluster : clusters.values()) {
                cluster.existing(resource)
                        .ifPresent(collection ->
                                present.addAll(collection.snapshot("").objects()));
            }
            listener.onInitial(present);
            listenersOf(resource).add(listener);
        } finally {
            applying.unlock();
        }
        return () -> listenersOf(resource).remove(listener);
    }

    /** Being told of a collection. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Ends all watches of a collection; clients come back and find what it is now. */
    public void endWatches(ClusterId cluster, GroupResource resource) {
        existing(cluster, resource).ifPresent(CachedCollection::close);
    }

    /** Ends all watches of a cluster and forgets its collections. */
    public void forget(ClusterId cluster) {
        ClusterCache cache = clusters.remove(cluster);
        if (cache != null) {
            cache.collections().forEach(CachedCollection::close);
        }
    }

    @Override
    public void close() {
        closed = true;
        Watch open = watch;
        if (open != null) {
            open.close();
        }
        announce();
        clusters.values().forEach(cluster -> cluster.collections().forEach(CachedCollection::close));
    }

    private ClusterCache cluster(ClusterId id) {
        ClusterCache known = clusters.get(id);
        return known != null
                ? known
                : clusters.computeIfAbsent(id, absent -> new ClusterCache(applied, this::revision));
    }

    private List<CacheListener> listenersOf(GroupResource resource) {
        return listeners.computeIfAbsent(resource, absent -> new CopyOnWriteArrayList<>());
    }

    private void follow() {
        watch = store.watch(EVERYTHING, applied, new Feed());
    }

    private void loadAll() {
        Page page = store.range(new RangeRequest(EVERYTHING, "", LOAD_PAGE, 0));
        long revision = page.revision();
        applied = revision;
        while (true) {
            for (Entry entry : page.entries()) {
                StorageKey.parse(entry.key())
                        .ifPresent(key -> collection(key.cluster(), key.resource())
                                .load(StoredObject.of(key, entry.value(), entry.modRevision())));
            }
            if (!page.more()) {
                return;
            }
            page = store.range(
                    new RangeRequest(EVERYTHING, page.entries().getLast().key(), LOAD_PAGE, revision));
        }
    }

    private void apply(List<Change> changes) {
        Set<CollectionWatch> concerned = new HashSet<>();
        applying.lock();
        try {
            long now = clock.millis();
            for (Change change : changes) {
                StorageKey.parse(change.key()).ifPresent(key -> concerned.addAll(apply(key, change, now)));
                applied = change.revision();
            }
        } finally {
            applying.unlock();
        }
        announce();
        concerned.forEach(CollectionWatch::wake);
    }

    private List<CollectionWatch> apply(StorageKey key, Change change, long now) {
        CachedCollection collection = collection(key.cluster(), key.resource());
        StoredObject before = collection.present(key);
        Entry current = change.current();
        CacheEvent event;
        if (current != null) {
            event = CacheEvent.written(StoredObject.of(key, current.value(), change.revision()), before, now);
        } else if (before != null) {
            event = CacheEvent.deleted(change.revision(), before, now);
        } else {
            return List.of();
        }
        return publish(key, collection, event);
    }

    private List<CollectionWatch> publish(StorageKey key, CachedCollection collection, CacheEvent event) {
        List<CollectionWatch> concerned = collection.apply(event);
        for (CacheListener listener : listeners.getOrDefault(key.resource(), List.of())) {
            listener.onChange(key.cluster(), event);
        }
        return concerned;
    }

    private void announce() {
        progress.lock();
        try {
            progressed.signalAll();
        } finally {
            progress.unlock();
        }
    }

    /** Reads the store anew after the watch of it has been cut off: subscribers get the differences, watchers start over. */
    private void resynchronize() {
        applying.lock();
        try {
            Page page = store.range(RangeRequest.all(EVERYTHING));
            Set<StorageKey> present = new HashSet<>();
            long now = clock.millis();
            for (Entry entry : page.entries()) {
                StorageKey.parse(entry.key()).ifPresent(key -> {
                    present.add(key);
                    CachedCollection collection = collection(key.cluster(), key.resource());
                    StoredObject before = collection.present(key);
                    if (before == null || before.revision() != entry.modRevision()) {
                        StoredObject object = StoredObject.of(key, entry.value(), entry.modRevision());
                        publish(key, collection, CacheEvent.written(object, before, now));
                    }
                });
            }
            for (ClusterCache cluster : clusters.values()) {
                for (CachedCollection collection : cluster.collections()) {
                    for (StoredObject object : collection.snapshot("").objects()) {
                        if (!present.contains(object.key())) {
                            publish(object.key(), collection, CacheEvent.deleted(page.revision(), object, now));
                        }
                    }
                    collection.forgetHistory(page.revision());
                }
            }
            applied = page.revision();
            follow();
        } finally {
            applying.unlock();
        }
        announce();
    }

    /** The store's watch. */
    private final class Feed implements Watcher {
        @Override
        public void onChanges(List<Change> changes) {
            apply(changes);
        }

        @Override
        public void onEnd(StoreException reason) {
            if (closed || reason.code() == StoreException.Code.CLOSED) {
                closed = true;
                announce();
                return;
            }
            LOG.atWarn()
                    .setMessage("the cache was cut off from the store and reads it anew")
                    .addKeyValue("reason", reason.getMessage())
                    .log();
            resynchronize();
        }
    }
}
