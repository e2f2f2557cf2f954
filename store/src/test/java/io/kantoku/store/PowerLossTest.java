package io.kantoku.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The power goes at some operation of the disk, and any unsynced sector may or may not have been written. */
class PowerLossTest {
    /** Only goes on while there are writes, so that nothing is forgotten while a test looks. */
    private static final AtomicLong SECONDS = new AtomicLong();

    private static final EmbeddedStoreOptions OPTIONS = EmbeddedStoreOptions.defaults()
            .withSegments(4096, 16 << 10)
            .withUpkeepInterval(Duration.ofDays(1))
            .withClock(() -> Instant.ofEpochSecond(SECONDS.get()))
            .withRetention(new Retention(20, Duration.ofSeconds(1), 5000, 1 << 30));
    private static final int LIVES = 6;

    @TempDir
    Path directory;

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void losesNothingThatWasAcknowledged(int seed) throws Exception {
        Random random = new Random(seed);
        Map<Long, String> acknowledged = new ConcurrentSkipListMap<>();
        for (int life = 0; life < LIVES; life++) {
            FaultyDisk disk = new FaultyDisk();
            AtomicInteger left = new AtomicInteger(random.nextInt(200));
            try (EmbeddedStore store = EmbeddedStore.open(directory, OPTIONS, disk)) {
                checkRecovered(store, acknowledged);
                disk.fault((_, _) -> {
                    if (left.getAndDecrement() == 0) {
                        disk.cutPower();
                    }
                });
                writeUntilThePowerGoes(store, acknowledged, random.nextLong());
            }
            disk.losePower(random);
        }
        try (EmbeddedStore store = EmbeddedStore.open(directory, OPTIONS)) {
            checkRecovered(store, acknowledged);
        }
    }

    private static void checkRecovered(EmbeddedStore store, Map<Long, String> acknowledged) {
        long newest = acknowledged.isEmpty() ? 1 : ((ConcurrentSkipListMap<Long, String>) acknowledged).lastKey();
        assertThat(store.revision()).isGreaterThanOrEqualTo(newest);
        Map<String, String> expected = new TreeMap<>();
        acknowledged.forEach((_, value) -> expected.put(key(value), value));
        Recorder recorder = new Recorder();
        try (Watch _ = store.watch("", store.compactedRevision(), recorder)) {
            recorder.upTo(store.revision()).forEach(change -> {
                String value = text(change.current());
                // what was not acknowledged may be there all the same, but not in place of what was
                assertThat(acknowledged.getOrDefault(change.revision(), value)).isEqualTo(value);
                acknowledged.put(change.revision(), value);
            });
            assertThat(recorder.ended()).isEmpty();
        }
        acknowledged.forEach((_, value) -> expected.put(key(value), value));
        Map<String, String> found = new TreeMap<>();
        store.range(RangeRequest.all("")).entries().forEach(entry -> found.put(entry.key(), text(entry)));
        assertThat(found).isEqualTo(expected);
    }

    private static String text(Entry entry) {
        return new String(entry.value(), UTF_8).strip();
    }

    private static String key(String value) {
        return value.substring(0, value.indexOf(' '));
    }

    private static void writeUntilThePowerGoes(EmbeddedStore store, Map<Long, String> acknowledged, long seed)
            throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = IntStream.range(0, 8)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> write(store, acknowledged, new Random(seed + i))))
                    .toList();
            for (int i = 0; i < 50; i++) {
                SECONDS.incrementAndGet();
                store.runUpkeep();
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
    }

    private static void write(EmbeddedStore store, Map<Long, String> acknowledged, Random random) {
        while (true) {
            String key = "/k/" + random.nextInt(30);
            String value = key + " " + Long.toHexString(random.nextLong());
            String padding = " ".repeat(random.nextInt(1500));
            try {
                Entry entry = store.put(key, (value + padding).getBytes(UTF_8), new Expectation.Any());
                acknowledged.put(entry.modRevision(), value);
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(StoreException.Code.UNAVAILABLE);
                return;
            }
        }
    }
}
