package io.kantoku.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.store.EmbeddedStore;
import io.kantoku.store.Expectation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache against a model: whoever watches from any revision sees exactly what followed, once and in order. */
class WatchCacheTest {
    private static final ClusterId CLUSTER = new ClusterId("c");
    private static final GroupResource THINGS = new GroupResource("", "things");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private static StorageKey key(int number) {
        return new StorageKey(CLUSTER, THINGS, new NamespacedName("ns", "t" + number));
    }

    private static byte[] value(StorageKey key, String content) {
        return ("{\"metadata\":{\"name\":\"" + key.name().name()
                        + "\",\"creationTimestamp\":\"\",\"labels\":{\"content\":\"" + content + "\"}}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyWatcherCanRebuildTheCollectionFromWhereverItBegins() throws Exception {
        long seed = System.nanoTime();
        try (EmbeddedStore store = EmbeddedStore.open(directory);
                WatchCache cache = WatchCache.open(store, InstantSource.system())) {
            CachedCollection collection = cache.collection(CLUSTER, THINGS);
            List<CompletableFuture<Map<String, Long>>> watchers = new ArrayList<>();
            Random starts = new Random(seed);
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random random = new Random(seed + i);
                writers.add(Thread.ofVirtual().start(() -> write(store, random)));
            }
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Map<String, Long>> result = new CompletableFuture<>();
                watchers.add(result);
                Thread.sleep(starts.nextInt(5)); // watchers begin in the middle of things
                Thread.ofVirtual().start(() -> follow(collection, result));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            store.put(key(-1).toString(), value(key(-1), "end"), new Expectation.Any());
            cache.awaitLatest();

            Map<String, Long> present = new TreeMap<>();
            collection
                    .snapshot("")
                    .objects()
                    .forEach(object -> present.put(object.name().name(), object.revision()));
            for (CompletableFuture<Map<String, Long>> watcher : watchers) {
                assertThat(watcher.get(20, TimeUnit.SECONDS))
                        .as("seed %d", seed)
                        .isEqualTo(present);
            }
        }
    }

    private static void write(EmbeddedStore store, Random random) {
        for (int i = 0; i < 400; i++) {
            StorageKey key = key(random.nextInt(20));
            if (random.nextInt(4) == 0 && store.get(key.toString()).isPresent()) {
                try {
                    store.delete(key.toString(), new Expectation.Any());
                } catch (io.kantoku.store.StoreException e) {
                    // another writer was faster
                }
            } else {
                store.put(key.toString(), value(key, "x" + i), new Expectation.Any());
            }
        }
    }

    /** Rebuilds the collection from a snapshot and what follows, until the last object comes. */
    private static void follow(CachedCollection collection, CompletableFuture<Map<String, Long>> result) {
        Map<String, Long> objects = new TreeMap<>();
        try (CollectionWatch watch = collection.watchFromNow(Selection.in(""))) {
            watch.initial().forEach(object -> objects.put(object.name().name(), object.revision()));
            long last = watch.startRevision();
            while (!objects.containsKey("t-1")) {
                List<CacheEvent> events = watch.next(PATIENCE);
                if (events.isEmpty()) {
                    throw new AssertionError("nothing came: " + watch.end());
                }
                for (CacheEvent event : events) {
                    assertThat(event.revision()).isGreaterThan(last);
                    last = event.revision();
                    String name = event.object().name().name();
                    Long before =
                            event.previous() == null ? null : event.previous().revision();
                    assertThat(objects.get(name)).isEqualTo(before);
                    if (event.deleted()) {
                        objects.remove(name);
                    } else {
                        objects.put(name, event.revision());
                    }
                }
            }
            result.complete(objects);
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    @Test
    void aWatchThatNothingConcernsMovesOnAsleep() throws Exception {
        try (EmbeddedStore store = EmbeddedStore.open(directory);
                WatchCache cache = WatchCache.open(store, InstantSource.system())) {
            CachedCollection collection = cache.collection(CLUSTER, THINGS);
            CollectionWatch watch = collection.watchFromNow(Selection.in("elsewhere"));
            for (int i = 0; i < EventLog.MOST + 10; i++) {
                store.put(key(0).toString(), value(key(0), "x"), new Expectation.Any());
            }
            cache.awaitLatest();

            assertThat(watch.next(Duration.ZERO)).isEmpty();
            assertThat(watch.end()).isEqualTo(CollectionWatch.End.NONE);
            assertThat(watch.revision()).isEqualTo(store.revision());
        }
    }

    @Test
    void aWatchThatFallsTooFarBehindIsTold() throws Exception {
        try (EmbeddedStore store = EmbeddedStore.open(directory);
                WatchCache cache = WatchCache.open(store, InstantSource.system())) {
            CachedCollection collection = cache.collection(CLUSTER, THINGS);
            CollectionWatch watch = collection.watchFromNow(Selection.in(""));
            for (int i = 0; i < EventLog.MOST + 10; i++) {
                store.put(key(0).toString(), value(key(0), "x"), new Expectation.Any());
            }
            cache.awaitLatest();

            assertThat(watch.next(Duration.ZERO)).isEmpty();
            assertThat(watch.end()).isEqualTo(CollectionWatch.End.TOO_SLOW);
            assertThat(collection.watchAfter(1, Selection.in(""))).isEmpty();
        }
    }
}
