package io.kantoku.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.store.StoreException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on a store and on a model of a few lines, which have to agree on every answer. */
abstract class StoreModelContract {
    private static final int OPERATIONS = 1500;

    abstract Store newStore() throws Exception;

    abstract Store reopen(Store old) throws Exception;

    /** Whatever a store does on its own from time to time. */
    void upkeep(Store store) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void agreesWithTheModel(long seed) throws Exception {
        new Run(new Random(seed)).run();
    }

    /** What is remembered of a value: enough to tell it from every other. */
    private record Value(String text, long created, long modified) {
        static @Nullable Value of(@Nullable Entry entry) {
            return entry == null
                    ? null
                    : new Value(new String(entry.value(), UTF_8), entry.createRevision(), entry.modRevision());
        }
    }

    private record Event(
            long revision,
            String key,
            @Nullable Value current,
            @Nullable Value previous) {
        static Event of(Change change) {
            return new Event(change.revision(), change.key(), Value.of(change.current()), Value.of(change.previous()));
        }
    }

    /** A watch that is begun again from where it was when the store ended it. */
    private static final class Follower {
        final String prefix;
        final long from;
        final List<Event> seen = new ArrayList<>();
        Recorder recorder = new Recorder();

        Follower(Store store, String prefix, long from) {
            this.prefix = prefix;
            this.from = from;
            store.watch(prefix, from, recorder);
        }

        long position() {
            return seen.isEmpty() ? from : Math.max(from, seen.getLast().revision());
        }

        /** Takes what was delivered before the store was closed and goes on with the next one, unless that is too late. */
        boolean resume(Store store) {
            assertThat(recorder.end().code()).isEqualTo(Code.CLOSED);
            recorder.changes().stream().map(Event::of).forEach(seen::add);
            recorder = new Recorder();
            if (position() < store.compactedRevision()) {
                return false;
            }
            store.watch(prefix, position(), recorder);
            return true;
        }

        /** Takes what is delivered up to the last change that concerns it. */
        void finish(List<Event> history) {
            recorder.upTo(lastOf(history)).stream().map(Event::of).forEach(seen::add);
        }

        long lastOf(List<Event> history) {
            return history.reversed().stream()
                    .filter(event -> event.key().startsWith(prefix))
                    .findFirst()
                    .map(Event::revision)
                    .orElse(1L);
        }
    }

    private final class Run {
        private final Random random;
        private final List<Event> history = new ArrayList<>();
        private final TreeMap<String, Value> state = new TreeMap<>();
        private final List<Follower> followers = new ArrayList<>();
        private Store store = newStore();

        Run(Random random) throws Exception {
            this.random = random;
        }

        void run() throws Exception {
            try {
                for (int i = 0; i < OPERATIONS; i++) {
                    step();
                }
                for (Follower follower : followers) {
                    follower.finish(history);
                    assertThat(follower.seen)
                            .as("watch of '%s' after %d", follower.prefix, follower.from)
                            .containsExactlyElementsOf(history.stream()
                                    .filter(event -> event.revision() > follower.from
                                            && event.key().startsWith(follower.prefix))
                                    .toList());
                }
            } finally {
                store.close();
            }
        }

        private void step() throws Exception {
            switch (random.nextInt(40)) {
                case 0 -> deletePrefix();
                case 1 -> follow();
                case 2 -> compact();
                case 3 -> upkeep(store);
                case 4 -> {
                    if (random.nextInt(4) == 0) {
                        store = reopen(store);
                        assertThat(store.revision()).isEqualTo(revision());
                        followers.removeIf(follower -> !follower.resume(store));
                    }
                }
                case 5, 6, 7, 8, 9, 10 -> delete();
                case 11, 12, 13, 14, 15, 16, 17, 18 -> range();
                case 19, 20, 21, 22 -> get();
                default -> put();
            }
            assertThat(store.revision()).isEqualTo(revision());
        }

        private long revision() {
            return history.size() + 1L;
        }

        private String key() {
            return "/" + "abc".charAt(random.nextInt(3)) + "/" + random.nextInt(8);
        }

        private String prefix() {
            return switch (random.nextInt(4)) {
                case 0 -> "";
                case 1 -> key();
                case 2 -> "/none/";
                default -> key().substring(0, 3);
            };
        }

        private Expectation expectation(String key) {
            Value present = state.get(key);
            return switch (random.nextInt(5)) {
                case 0 -> new Expectation.Absent();
                case 1 -> new Expectation.Revision(1 + random.nextLong(revision()));
                case 2, 3 -> present == null ? new Expectation.Absent() : new Expectation.Revision(present.modified());
                default -> new Expectation.Any();
            };
        }

        private boolean holds(Expectation expected, @Nullable Value present) {
            return switch (expected) {
                case Expectation.Any() -> true;
                case Expectation.Absent() -> present == null;
                case Expectation.Revision(long revision) -> present != null && present.modified() == revision;
            };
        }

        private void change(String key, @Nullable Value next) {
            Value previous = next == null ? state.remove(key) : state.put(key, next);
            history.add(new Event(revision() + 1, key, next, previous));
        }

        private void put() {
            String key = key();
            Expectation expected = expectation(key);
            Value present = state.get(key);
            String text = "x".repeat(random.nextInt(300)) + history.size();
            if (holds(expected, present)) {
                long revision = revision() + 1;
                Value next = new Value(text, present == null ? revision : present.created(), revision);
                assertThat(Value.of(store.put(key, text.getBytes(UTF_8), expected)))
                        .isEqualTo(next);
                change(key, next);
            } else {
                StoreContract.assertCode(Code.CONFLICT, () -> store.put(key, text.getBytes(UTF_8), expected));
            }
        }

        private void delete() {
            String key = key();
            Expectation expected = expectation(key);
            Value present = state.get(key);
            if (present != null && holds(expected, present)) {
                assertThat(store.delete(key, expected)).isEqualTo(revision() + 1);
                change(key, null);
            } else {
                StoreContract.assertCode(Code.CONFLICT, () -> store.delete(key, expected));
            }
        }

        private void deletePrefix() {
            String prefix = prefix();
            List<String> keys = state.keySet().stream()
                    .filter(key -> key.startsWith(prefix))
                    .toList();
            assertThat(store.deletePrefix(prefix)).isEqualTo(keys.size());
            keys.forEach(key -> change(key, null));
        }

        private void get() {
            String key = key();
            assertThat(Value.of(store.get(key).orElse(null))).isEqualTo(state.get(key));
        }

        private void range() {
            long at = random.nextInt(3) == 0 ? 0 : 1 + random.nextLong(revision() + 1);
            String after = random.nextBoolean() ? "" : key();
            RangeRequest request = new RangeRequest(prefix(), after, random.nextInt(6), at);
            if (at > revision()) {
                StoreContract.assertCode(Code.FUTURE_REVISION, () -> store.range(request));
            } else if (at != 0 && at < store.compactedRevision()) {
                StoreContract.assertCode(Code.COMPACTED, () -> store.range(request));
            } else {
                check(store.range(request), request);
            }
        }

        private void check(Page page, RangeRequest request) {
            assertThat(page.revision()).isEqualTo(request.revision() == 0 ? revision() : request.revision());
            List<Map.Entry<String, Value>> all = stateAt(page.revision()).entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(request.prefix())
                            && entry.getKey().compareTo(request.after()) > 0)
                    .toList();
            int count = request.limit() == 0 ? all.size() : Math.min(request.limit(), all.size());
            assertThat(page.entries())
                    .extracting(Entry::key)
                    .containsExactlyElementsOf(all.subList(0, count).stream()
                            .map(Map.Entry::getKey)
                            .toList());
            assertThat(page.entries())
                    .extracting(Value::of)
                    .containsExactlyElementsOf(all.subList(0, count).stream()
                            .map(Map.Entry::getValue)
                            .toList());
            assertThat(page.more()).isEqualTo(count < all.size());
            assertThat(page.remaining()).isEqualTo(all.size() - count);
        }

        private TreeMap<String, Value> stateAt(long revision) {
            TreeMap<String, Value> result = new TreeMap<>();
            for (Event event : history.subList(0, (int) revision - 1)) {
                if (event.current() == null) {
                    result.remove(event.key());
                } else {
                    result.put(event.key(), event.current());
                }
            }
            return result;
        }

        private void follow() {
            long from = 1 + random.nextLong(revision());
            String prefix = prefix();
            if (from < store.compactedRevision()) {
                StoreContract.assertCode(Code.COMPACTED, () -> store.watch(prefix, from, new Recorder()));
            } else {
                followers.add(new Follower(store, prefix, from));
            }
        }

        /** Once the watches have seen everything: one that is slower may be ended. */
        private void compact() {
            followers.forEach(follower -> follower.recorder.upTo(follower.lastOf(history)));
            long revision = revision() - random.nextLong(Math.min(200, revision()));
            store.compact(revision);
            assertThat(store.compactedRevision()).isGreaterThanOrEqualTo(revision);
        }
    }
}
