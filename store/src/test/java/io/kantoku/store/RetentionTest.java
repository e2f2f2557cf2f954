package io.kantoku.store;

import static io.kantoku.store.StoreContract.ANY;
import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.store.StoreException.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of the past is kept. */
class RetentionTest {
    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private EmbeddedStore open(Retention retention) {
        return EmbeddedStore.open(
                directory,
                EmbeddedStoreOptions.defaults()
                        .withRetention(retention)
                        .withUpkeepInterval(Duration.ofDays(1))
                        .withClock(() -> now));
    }

    private static void write(Store store, int count, int bytes) {
        IntStream.range(0, count).forEach(i -> store.put("k" + i % 3, new byte[bytes], ANY));
        store.compact(1); // comes after what follows a write
    }

    @Test
    void keepsTheNewestRevisionsAndThoseThatAreNotOldEnough() {
        try (EmbeddedStore store = open(new Retention(10, Duration.ofMinutes(5), 1000, 1 << 30))) {
            write(store, 99, 1);
            store.runUpkeep();
            now = now.plus(Duration.ofMinutes(4));
            write(store, 50, 1);
            store.runUpkeep();
            assertThat(store.compactedRevision()).isEqualTo(1);
            now = now.plus(Duration.ofMinutes(2));
            store.runUpkeep();
            store.compact(1);
            assertThat(store.compactedRevision()).isEqualTo(100);
            now = now.plus(Duration.ofHours(1));
            store.runUpkeep();
            store.compact(1);
            assertThat(store.compactedRevision()).isEqualTo(store.revision() - 10);
        }
    }

    @Test
    void keepsNoMoreRevisionsThanTheBound() {
        try (EmbeddedStore store = open(new Retention(10, Duration.ofDays(1), 100, 1 << 30))) {
            write(store, 500, 1);
            assertThat(store.compactedRevision()).isEqualTo(store.revision() - 100);
        }
    }

    @Test
    void keepsNoMoreBytesThanTheBound() {
        try (EmbeddedStore store = open(new Retention(100, Duration.ofDays(1), 1000, 100_000))) {
            write(store, 300, 10_000);
            assertThat(store.revision() - store.compactedRevision()).isBetween(8L, 10L);
        }
    }

    @Test
    void endsAWatchThatIsSlowerThanTheStoreCanKeep() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Recorder recorder = new Recorder();
        Watcher slow = new Watcher() {
            @Override
            public void onChanges(List<Change> changes) {
                recorder.onChanges(changes);
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void onEnd(StoreException reason) {
                recorder.onEnd(reason);
            }
        };
        try (EmbeddedStore store = open(new Retention(10, Duration.ZERO, 100, 1 << 30))) {
            Recorder idle = new Recorder();
            store.watch("other", 1, idle);
            store.watch("k", 1, slow);
            write(store, 1, 1);
            recorder.first(1);
            write(store, 500, 1);
            release.countDown();
            assertThat(recorder.end().code()).isEqualTo(Code.COMPACTED);
            assertThat(recorder.changes())
                    .extracting(Change::revision)
                    .startsWith(2L)
                    .isSorted();

            store.put("other", new byte[0], ANY);
            assertThat(idle.first(1)).extracting(Change::revision).containsExactly(store.revision());
            assertThat(idle.ended()).isEmpty();
        }
    }

    @Test
    void tellsIdleWatchesHowFarTheStoreIs() {
        try (EmbeddedStore store = open(Retention.defaults())) {
            Recorder idle = new Recorder();
            store.watch("other", 1, idle);
            idle.upTo(1);
            write(store, 20, 1);
            store.runUpkeep();
            assertThat(idle.upTo(21)).isEmpty();
        }
    }

    @Test
    void dropsKeysThatWereRemovedLongAgo() {
        try (EmbeddedStore store = open(new Retention(10, Duration.ZERO, 100, 1 << 30))) {
            now = now.plus(Duration.ofHours(1));
            store.runUpkeep();
            for (int i = 0; i < 200; i++) {
                store.put("once/" + i, new byte[1], ANY);
                store.delete("once/" + i, ANY);
            }
            store.compact(1);
            long from = store.compactedRevision();
            assertThat(store.range(new RangeRequest("", "", 0, from)).entries()).hasSizeLessThan(2);
            assertThat(store.range(RangeRequest.all("")).entries()).isEmpty();
        }
    }
}
