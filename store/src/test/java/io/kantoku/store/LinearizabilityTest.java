package io.kantoku.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.store.History.Operation;
import io.kantoku.store.History.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads work on few keys, and a checker looks for an order of all that they did that explains every answer: operations on a key are
 * linearizable, and watches see each change once, in order, with none missing.
 */
@Timeout(120)
class LinearizabilityTest {
    private static final int THREADS = 8;
    private static final int KEYS = 3;
    private static final int OPERATIONS = 150;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyHistoryHasAnOrderThatExplainsIt(long seed) throws Exception {
        try (EmbeddedStore store = EmbeddedStore.open(directory.resolve("store" + seed))) {
            Recorder all = new Recorder();
            store.watch("", store.revision(), all);
            long from = store.revision();
            List<List<Operation>> histories = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            AtomicLong clock = new AtomicLong();
            for (int i = 0; i < THREADS; i++) {
                List<Operation> history = new ArrayList<>();
                histories.add(history);
                Random random = new Random(seed * 100 + i);
                threads.add(Thread.ofPlatform().start(() -> work(store, random, clock, history)));
            }
            Recorder late = new Recorder();
            store.watch("/k/0", from, late);
            for (Thread thread : threads) {
                thread.join();
            }
            List<Operation> operations =
                    histories.stream().flatMap(List::stream).toList();
            for (int key = 0; key < KEYS; key++) {
                String name = "/k/" + key;
                List<Operation> own = operations.stream()
                        .filter(operation -> operation.key().equals(name))
                        .toList();
                assertThat(History.explains(own))
                        .as("%s with seed %d", name, seed)
                        .isTrue();
            }
            checkWatch(operations, all.upTo(store.revision()), from);
            List<Change> ofOneKey = late.upTo(lastOf(all.changes(), "/k/0"));
            assertThat(ofOneKey)
                    .as("a watch that began meanwhile sees the same, seed %d", seed)
                    .extracting(Change::revision)
                    .containsExactlyElementsOf(all.changes().stream()
                            .filter(change -> change.key().equals("/k/0"))
                            .map(Change::revision)
                            .toList());
        }
    }

    private static long lastOf(List<Change> changes, String key) {
        return changes.stream()
                .filter(change -> change.key().equals(key))
                .mapToLong(Change::revision)
                .max()
                .orElse(0);
    }

    /** Ordered, unique, complete, and with what the writers were told. */
    private static void checkWatch(List<Operation> operations, List<Change> seen, long from) {
        for (int i = 0; i < seen.size(); i++) {
            assertThat(seen.get(i).revision()).isEqualTo(from + 1 + i);
        }
        for (Operation operation : operations) {
            if (operation.outcome() instanceof Outcome.Written(long revision, String value)) {
                Change change = seen.get((int) (revision - from - 1));
                assertThat(change.key()).isEqualTo(operation.key());
                assertThat(
                                change.current() == null
                                        ? ""
                                        : new String(change.current().value(), UTF_8))
                        .isEqualTo(value);
            }
        }
    }

    private static void work(EmbeddedStore store, Random random, AtomicLong clock, List<Operation> history) {
        for (int i = 0; i < OPERATIONS; i++) {
            String key = "/k/" + random.nextInt(KEYS);
            long known = store.get(key).map(Entry::modRevision).orElse(0L);
            String value = Long.toHexString(random.nextLong());
            int choice = random.nextInt(10);
            long begin = clock.incrementAndGet();
            if (choice < 3) {
                history.add(read(store, key, begin, clock));
            } else if (choice < 5) {
                history.add(write(store, key, value, new Expectation.Any(), -1, begin, clock));
            } else if (choice < 7 || known == 0) {
                Expectation expectation = known == 0 ? new Expectation.Absent() : new Expectation.Revision(known);
                history.add(write(store, key, value, expectation, known, begin, clock));
            } else {
                history.add(delete(store, key, known, begin, clock));
            }
        }
    }

    private static Operation read(EmbeddedStore store, String key, long begin, AtomicLong clock) {
        Optional<Entry> entry = store.get(key);
        Outcome outcome = new Outcome.Read(
                entry.map(Entry::modRevision).orElse(0L),
                entry.map(found -> new String(found.value(), UTF_8)).orElse(""));
        return new Operation(key, -1, begin, clock.incrementAndGet(), outcome);
    }

    private static Operation write(
            EmbeddedStore store,
            String key,
            String value,
            Expectation expectation,
            long expected,
            long begin,
            AtomicLong clock) {
        try {
            Entry entry = store.put(key, value.getBytes(UTF_8), expectation);
            return new Operation(
                    key, expected, begin, clock.incrementAndGet(), new Outcome.Written(entry.modRevision(), value));
        } catch (StoreException e) {
            assertThat(e.code()).isEqualTo(StoreException.Code.CONFLICT);
            return new Operation(key, expected, begin, clock.incrementAndGet(), new Outcome.Conflict());
        }
    }

    private static Operation delete(EmbeddedStore store, String key, long known, long begin, AtomicLong clock) {
        try {
            long revision = store.delete(key, new Expectation.Revision(known));
            return new Operation(key, known, begin, clock.incrementAndGet(), new Outcome.Written(revision, ""));
        } catch (StoreException e) {
            assertThat(e.code()).isEqualTo(StoreException.Code.CONFLICT);
            return new Operation(key, known, begin, clock.incrementAndGet(), new Outcome.Conflict());
        }
    }

    /** The checker itself finds what is wrong. */
    @Test
    void theCheckerRefusesAStaleRead() {
        Operation write = new Operation("k", -1, 1, 2, new Outcome.Written(5, "a"));
        Operation later = new Operation("k", -1, 3, 4, new Outcome.Written(6, "b"));
        Operation stale = new Operation("k", -1, 5, 6, new Outcome.Read(5, "a"));
        Operation meanwhile = new Operation("k", -1, 3, 6, new Outcome.Read(5, "a"));
        assertThat(History.explains(List.of(write, later, stale))).isFalse();
        assertThat(History.explains(List.of(write, later, meanwhile))).isTrue();
        Operation wrong = new Operation("k", 5, 7, 8, new Outcome.Conflict());
        assertThat(History.explains(List.of(write, wrong)))
                .as("a conflict without a reason")
                .isFalse();
        assertThat(History.explains(List.of(write, later, wrong))).isTrue();
        Operation lost = new Operation("k", 5, 7, 8, new Outcome.Written(7, "c"));
        assertThat(History.explains(List.of(write, later, lost)))
                .as("a lost update")
                .isFalse();
    }
}
