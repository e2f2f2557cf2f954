package io.kantoku.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many writers, readers and watches at once see one history, while the store rolls, snapshots and forgets. */
class ConcurrencyTest {
    private static final int WRITERS = 16;
    private static final int WRITES = 400;
    private static final EmbeddedStoreOptions OPTIONS = EmbeddedStoreOptions.defaults()
            .withSegments(4096, 64 << 10)
            .withUpkeepInterval(Duration.ofMillis(2))
            .withRetention(new Retention(2000, Duration.ZERO, 20_000, 64 << 20));

    @TempDir
    Path directory;

    /** By revision, what was told to the writer: the key and the value, empty when the key was removed. */
    private final Map<Long, Map.Entry<String, Optional<String>>> told = new ConcurrentSkipListMap<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everybodySeesOneHistory(long seed) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Watch> watches = new ArrayList<>();
        try (EmbeddedStore store = EmbeddedStore.open(directory, OPTIONS);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(seed * WRITERS + i);
                int watcher = i;
                writers.add(threads.submit(() -> {
                    for (int n = 0; n < WRITES; n++) {
                        write(store, random);
                        if (n == 50) {
                            Watch watch = new Watch("/" + watcher % 3, store.revision(), new Recorder());
                            store.watch(watch.prefix(), watch.from(), watch.recorder());
                            synchronized (watches) {
                                watches.add(watch);
                            }
                        }
                    }
                }));
            }
            Future<?> reader = threads.submit(() -> {
                while (!done.get()) {
                    read(store);
                }
            });
            for (Future<?> writer : writers) {
                writer.get();
            }
            done.set(true);
            reader.get();
            assertThat(told.keySet())
                    .containsExactlyElementsOf(IntStream.rangeClosed(2, (int) store.revision())
                            .mapToObj(i -> (long) i)
                            .toList());
            assertThat(watches).hasSize(WRITERS).allSatisfy(this::checkWatched);
            checkState(store);
        }
        try (EmbeddedStore store = EmbeddedStore.open(directory, OPTIONS)) {
            checkState(store);
        }
    }

    /**
     * One watch.
     *
     * @param from the revision after which it begins
     */
    private record Watch(String prefix, long from, Recorder recorder) {}

    private void write(Store store, Random random) {
        String key = "/" + random.nextInt(3) + "/" + random.nextInt(10);
        try {
            if (random.nextInt(5) == 0) {
                told.put(store.delete(key, new Expectation.Any()), Map.entry(key, Optional.empty()));
            } else {
                String value = Long.toHexString(random.nextLong());
                Entry entry = store.put(key, value.getBytes(UTF_8), new Expectation.Any());
                told.put(entry.modRevision(), Map.entry(key, Optional.of(value)));
                assertThat(store.get(key).map(Entry::modRevision).orElse(Long.MAX_VALUE))
                        .isGreaterThanOrEqualTo(entry.modRevision());
            }
        } catch (StoreException e) {
            assertThat(e.code()).isEqualTo(StoreException.Code.CONFLICT);
        }
    }

    /** A state that has been read has no entry of its future and reads the same again. */
    private static void read(Store store) {
        Page page = store.range(RangeRequest.all("/1"));
        assertThat(page.entries())
                .allSatisfy(entry -> assertThat(entry.modRevision()).isLessThanOrEqualTo(page.revision()));
        try {
            Page again = store.range(new RangeRequest("/1", "", 0, page.revision()));
            assertThat(again.entries()).containsExactlyElementsOf(page.entries());
        } catch (StoreException e) {
            assertThat(e.code()).isEqualTo(StoreException.Code.COMPACTED);
        }
    }

    /**
     * Every change since its beginning is seen once and in order. On a busy machine a watch may fall behind what is remembered: then
     * it was told so, and has missed nothing until then.
     */
    private void checkWatched(Watch watch) {
        List<Long> expected = told.entrySet().stream()
                .filter(entry -> entry.getKey() > watch.from()
                        && entry.getValue().getKey().startsWith(watch.prefix()))
                .map(Map.Entry::getKey)
                .toList();
        Recorder recorder = watch.recorder();
        List<Change> seen = recorder.upTo(expected.getLast());
        Optional<StoreException> end = recorder.ended();
        end.ifPresent(reason -> assertThat(reason.code()).isEqualTo(StoreException.Code.COMPACTED));
        int length = end.isPresent() ? seen.size() : expected.size();
        assertThat(seen).extracting(Change::revision).containsExactlyElementsOf(expected.subList(0, length));
        assertThat(seen)
                .allSatisfy(change -> assertThat(valueOf(change.current()))
                        .isEqualTo(told.get(change.revision()).getValue()));
    }

    private void checkState(Store store) {
        Map<String, String> expected = new TreeMap<>();
        told.values()
                .forEach(write -> write.getValue()
                        .ifPresentOrElse(
                                value -> expected.put(write.getKey(), value), () -> expected.remove(write.getKey())));
        Map<String, String> found = new TreeMap<>();
        store.range(RangeRequest.all(""))
                .entries()
                .forEach(entry -> found.put(entry.key(), valueOf(entry).orElseThrow()));
        assertThat(found).isEqualTo(expected);
    }

    private static Optional<String> valueOf(@Nullable Entry entry) {
        return Optional.ofNullable(entry).map(present -> new String(present.value(), UTF_8));
    }
}
