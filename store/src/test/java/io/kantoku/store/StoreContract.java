package io.kantoku.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kantoku.store.StoreException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does, whichever it is. */
abstract class StoreContract {
    static final Expectation ANY = new Expectation.Any();
    static final Expectation ABSENT = new Expectation.Absent();

    Store store;

    /** A new, empty store. */
    abstract Store newStore() throws Exception;

    /** Closes a store and opens what it has written. */
    abstract Store reopen(Store old) throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = newStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(Entry entry) {
        return new String(entry.value(), UTF_8);
    }

    static Expectation at(long revision) {
        return new Expectation.Revision(revision);
    }

    Entry put(String key, String value) {
        return store.put(key, bytes(value), ANY);
    }

    List<String> keys(RangeRequest request) {
        return store.range(request).entries().stream().map(Entry::key).toList();
    }

    static void assertCode(Code code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        StoreException thrown = catchThrowableOfType(StoreException.class, call);
        assertThat(thrown).as("a StoreException with code %s", code).isNotNull();
        assertThat(thrown.code()).isEqualTo(code);
        assertThat(thrown.getMessage()).isNotBlank();
    }

    @Test
    void beginsAtRevisionOneAndEmpty() {
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.get("a")).isEmpty();
        assertThat(store.range(RangeRequest.all("")).entries()).isEmpty();
    }

    @Test
    void raisesTheRevisionByOneForEachWrite() {
        assertThat(put("a", "1").modRevision()).isEqualTo(2);
        assertThat(put("b", "1").modRevision()).isEqualTo(3);
        assertThat(store.delete("a", ANY)).isEqualTo(4);
        assertThat(store.revision()).isEqualTo(4);
    }

    @Test
    void remembersWhichRevisionMadeAKeyAndWhichChangedItLast() {
        Entry made = put("a", "1");
        Entry changed = put("a", "2");
        assertThat(changed.createRevision()).isEqualTo(made.modRevision());
        store.delete("a", ANY);
        Entry again = put("a", "3");
        assertThat(again.createRevision()).isEqualTo(again.modRevision()).isGreaterThan(changed.modRevision());
        assertThat(store.get("a").map(StoreContract::text)).contains("3");
    }

    @Test
    void refusesToMakeAKeyThatExists() {
        put("a", "1");
        assertCode(Code.CONFLICT, () -> store.put("a", bytes("2"), ABSENT));
        assertThat(store.get("a").map(StoreContract::text)).contains("1");
        assertThat(store.revision()).isEqualTo(2);
    }

    @Test
    void changesAKeyOnlyFromTheExpectedRevision() {
        Entry first = put("a", "1");
        Entry second = store.put("a", bytes("2"), at(first.modRevision()));
        assertCode(Code.CONFLICT, () -> store.put("a", bytes("3"), at(first.modRevision())));
        assertCode(Code.CONFLICT, () -> store.put("b", bytes("3"), at(second.modRevision())));
        assertThat(store.get("a").map(StoreContract::text)).contains("2");
    }

    @Test
    void removesAKeyOnlyFromTheExpectedRevision() {
        Entry first = put("a", "1");
        Entry second = put("a", "2");
        assertCode(Code.CONFLICT, () -> store.delete("a", at(first.modRevision())));
        store.delete("a", at(second.modRevision()));
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void refusesToRemoveAnAbsentKey() {
        assertCode(Code.CONFLICT, () -> store.delete("a", ANY));
        assertCode(Code.CONFLICT, () -> store.delete("a", ABSENT));
        assertCode(Code.CONFLICT, () -> store.delete("a", at(1)));
    }

    @Test
    void listsAPrefixInKeyOrder() {
        for (String key : List.of("/b/2", "/a/1", "/b/10", "/b/1", "/c", "/b")) {
            put(key, key);
        }
        assertThat(keys(RangeRequest.all("/b/"))).containsExactly("/b/1", "/b/10", "/b/2");
        assertThat(keys(RangeRequest.all(""))).containsExactly("/a/1", "/b", "/b/1", "/b/10", "/b/2", "/c");
        assertThat(keys(RangeRequest.all("/d"))).isEmpty();
    }

    @Test
    void listsInPagesOfOneRevision() {
        IntStream.range(0, 10).forEach(i -> put("/k/" + i, "old"));
        Page first = store.range(new RangeRequest("/k/", "", 4, 0));
        put("/k/5", "new");
        put("/k/41", "new");
        store.delete("/k/9", ANY);
        assertThat(first.more()).isTrue();
        assertThat(first.remaining()).isEqualTo(6);

        Page second = store.range(new RangeRequest("/k/", "/k/3", 4, first.revision()));
        assertThat(second.entries()).extracting(Entry::key).containsExactly("/k/4", "/k/5", "/k/6", "/k/7");
        assertThat(second.entries()).extracting(StoreContract::text).containsOnly("old");
        assertThat(second.remaining()).isEqualTo(2);

        Page third = store.range(new RangeRequest("/k/", "/k/7", 4, first.revision()));
        assertThat(third.entries()).extracting(Entry::key).containsExactly("/k/8", "/k/9");
        assertThat(third.more()).isFalse();
        assertThat(third.remaining()).isZero();
    }

    @Test
    void startsAfterAKeyThatLiesOutsideThePrefix() {
        put("/b/1", "");
        put("/b/2", "");
        assertThat(keys(new RangeRequest("/b/", "/a", 0, 0))).containsExactly("/b/1", "/b/2");
        assertThat(keys(new RangeRequest("/b/", "/b/1", 0, 0))).containsExactly("/b/2");
        assertThat(keys(new RangeRequest("/b/", "/c", 0, 0))).isEmpty();
    }

    @Test
    void readsEveryRevisionThatIsKept() {
        put("a", "1");
        put("a", "2");
        store.delete("a", ANY);
        put("a", "3");
        assertThat(valuesAt(1)).isEmpty();
        assertThat(valuesAt(2)).containsExactly("1");
        assertThat(valuesAt(3)).containsExactly("2");
        assertThat(valuesAt(4)).isEmpty();
        assertThat(valuesAt(5)).containsExactly("3");
        assertCode(Code.FUTURE_REVISION, () -> store.range(new RangeRequest("", "", 0, 6)));
    }

    private List<String> valuesAt(long revision) {
        Page page = store.range(new RangeRequest("", "", 0, revision));
        assertThat(page.revision()).isEqualTo(revision);
        return page.entries().stream().map(StoreContract::text).toList();
    }

    @Test
    void forgetsWhatIsOlderThanACompaction() {
        put("a", "1");
        put("b", "1");
        put("a", "2");
        store.delete("b", ANY);
        put("a", "3");
        store.compact(4);
        assertThat(store.compactedRevision()).isEqualTo(4);
        assertCode(Code.COMPACTED, () -> store.range(new RangeRequest("", "", 0, 3)));
        assertCode(Code.COMPACTED, () -> store.watch("", 3, new Recorder()));
        assertThat(valuesAt(4)).containsExactly("2", "1");
        assertThat(valuesAt(6)).containsExactly("3");
        store.compact(6);
        assertThat(valuesAt(6)).containsExactly("3");
        store.compact(5);
        assertThat(store.compactedRevision()).isEqualTo(6);
        assertCode(Code.FUTURE_REVISION, () -> store.compact(7));
    }

    @Test
    void removesAPrefixWithARevisionForEachKey() {
        List.of("/a/2", "/a/1", "/b/1").forEach(key -> put(key, key));
        long before = store.revision();
        Recorder recorder = new Recorder();
        try (Watch _ = store.watch("", before, recorder)) {
            assertThat(store.deletePrefix("/a/")).isEqualTo(2);
            assertThat(recorder.first(2)).extracting(Change::key).containsExactly("/a/1", "/a/2");
            assertThat(recorder.changes()).extracting(Change::revision).containsExactly(before + 1, before + 2);
        }
        assertThat(store.deletePrefix("/a/")).isZero();
        assertThat(keys(RangeRequest.all(""))).containsExactly("/b/1");
        assertThat(store.revision()).isEqualTo(before + 2);
    }

    @Test
    void tellsAWatchWhatAKeyWasAndIs() {
        Recorder recorder = new Recorder();
        try (Watch _ = store.watch("/a/", 1, recorder)) {
            put("/a/x", "1");
            put("/b/x", "-");
            put("/a/x", "2");
            store.delete("/a/x", ANY);
            List<Change> changes = recorder.first(3);
            assertThat(changes).extracting(Change::revision).containsExactly(2L, 4L, 5L);
            assertThat(changes.get(0).previous()).isNull();
            assertThat(text(changes.get(1).previous())).isEqualTo("1");
            assertThat(text(changes.get(1).current())).isEqualTo("2");
            assertThat(changes.get(1).current().createRevision()).isEqualTo(2);
            assertThat(text(changes.get(2).previous())).isEqualTo("2");
            assertThat(changes.get(2).current()).isNull();
        }
    }

    @Test
    void watchesFromAPastRevisionWithoutGapOrRepetition() {
        IntStream.range(0, 700).forEach(i -> put("/k/" + i % 7, "" + i));
        Recorder recorder = new Recorder();
        try (Watch _ = store.watch("/k/", 101, recorder)) {
            IntStream.range(0, 50).forEach(i -> put("/k/" + i % 7, "" + i));
            assertThat(recorder.upTo(751))
                    .extracting(Change::revision)
                    .containsExactlyElementsOf(IntStream.rangeClosed(102, 751)
                            .mapToObj(i -> (long) i)
                            .toList());
        }
    }

    @Test
    void watchesFromARevisionThatIsStillToCome() {
        Recorder recorder = new Recorder();
        try (Watch _ = store.watch("", 3, recorder)) {
            put("a", "2");
            put("a", "3");
            put("a", "4");
            assertThat(recorder.first(1)).extracting(Change::revision).containsExactly(4L);
        }
    }

    @Test
    void tellsAWatchThatItHasCaughtUp() {
        put("/other", "");
        Recorder recorder = new Recorder();
        try (Watch _ = store.watch("/a/", 1, recorder)) {
            assertThat(recorder.upTo(2)).isEmpty();
        }
    }

    @Test
    void saysNothingToAClosedWatch() {
        Recorder closed = new Recorder();
        Recorder open = new Recorder();
        Watch watch = store.watch("", 1, closed);
        try (Watch _ = store.watch("", 1, open)) {
            put("a", "1");
            closed.first(1);
            watch.close();
            watch.close();
            put("a", "2");
            open.first(2);
        }
        store.close();
        assertThat(closed.changes()).hasSize(1);
        assertThat(closed.ended()).isEmpty();
    }

    @Test
    void delaysNoWatchBecauseOfASlowOne() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Recorder slow = new Recorder();
        Watcher stuck = new Watcher() {
            @Override
            public void onChanges(List<Change> changes) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                slow.onChanges(changes);
            }

            @Override
            public void onEnd(StoreException reason) {
                slow.onEnd(reason);
            }
        };
        Recorder quick = new Recorder();
        try (Watch _ = store.watch("", 1, stuck);
                Watch _ = store.watch("", 1, quick)) {
            IntStream.range(0, 100).forEach(i -> put("a", "" + i));
            assertThat(quick.first(100)).hasSize(100);
            assertThat(slow.changes()).isEmpty();
            release.countDown();
            assertThat(slow.first(100))
                    .extracting(Change::revision)
                    .doesNotHaveDuplicates()
                    .isSorted()
                    .hasSize(100);
        }
    }

    @Test
    void harmsNobodyElseWhenAWatcherFails() {
        Recorder recorder = new Recorder();
        store.watch("", 1, new Watcher() {
            @Override
            public void onChanges(List<Change> changes) {
                throw new IllegalStateException("a watcher of the test fails");
            }

            @Override
            public void onEnd(StoreException reason) {}
        });
        store.watch("", 1, recorder);
        put("a", "1");
        recorder.first(1);
        put("a", "2");
        assertThat(recorder.first(2)).hasSize(2);
    }

    @Test
    void endsWatchesAndRefusesEverythingOnceClosed() {
        Recorder recorder = new Recorder();
        store.watch("", 1, recorder);
        store.close();
        assertThat(recorder.end().code()).isEqualTo(Code.CLOSED);
        assertCode(Code.CLOSED, () -> put("a", "1"));
        assertCode(Code.CLOSED, () -> store.delete("a", ANY));
        assertCode(Code.CLOSED, () -> store.deletePrefix("a"));
        assertCode(Code.CLOSED, () -> store.get("a"));
        assertCode(Code.CLOSED, () -> store.range(RangeRequest.all("")));
        assertCode(Code.CLOSED, () -> store.watch("", 1, new Recorder()));
        assertCode(Code.CLOSED, () -> store.compact(1));
        store.close();
    }

    @Test
    void letsExactlyOneOfManyWritersWinEachRevision() throws Exception {
        Entry start = put("counter", "0");
        int writers = 32;
        int increments = 25;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                running.add(threads.submit(() -> IntStream.range(0, increments).forEach(_ -> increment())));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }
        assertThat(store.get("counter").map(StoreContract::text)).contains("" + writers * increments);
        assertThat(store.revision()).isEqualTo(start.modRevision() + writers * increments);
    }

    private void increment() {
        while (true) {
            Entry seen = store.get("counter").orElseThrow();
            try {
                store.put("counter", bytes("" + (Integer.parseInt(text(seen)) + 1)), at(seen.modRevision()));
                return;
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(Code.CONFLICT);
            }
        }
    }

    @Test
    void keepsEverythingAcrossAReopening() throws Exception {
        put("a", "1");
        put("ключ/鍵/🔑", "値");
        put("b", "");
        store.delete("a", ANY);
        Entry last = put("b", "2");
        store = reopen(store);
        assertThat(store.revision()).isEqualTo(last.modRevision());
        assertThat(keys(RangeRequest.all(""))).containsExactly("b", "ключ/鍵/🔑");
        Entry found = store.get("b").orElseThrow();
        assertThat(text(found)).isEqualTo("2");
        assertThat(found.createRevision()).isEqualTo(last.createRevision());
        assertThat(found.modRevision()).isEqualTo(last.modRevision());
        assertThat(put("c", "3").modRevision()).isEqualTo(last.modRevision() + 1);
    }

    @Test
    void refusesKeysThatCannotBeKept() {
        assertThatThrownBy(() -> put("", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> put("\ud800", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> put("\ud800x", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> put("x".repeat(5000), "1")).isInstanceOf(IllegalArgumentException.class);
    }
}
