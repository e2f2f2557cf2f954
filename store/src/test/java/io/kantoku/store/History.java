package io.kantoku.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What was done with one key by many at once, and the question whether one order of it explains every answer (linearizability, Herlihy
 * and Wing; the search is Wing and Gong's, with the states that have been seen left out, as Lowe describes it).
 */
final class History {
    private History() {}

    /**
     * One operation.
     *
     * @param expected the revision that the key was to have, 0 for none; negative for any
     * @param begin when it was called, on a clock that all share
     * @param end when it returned
     */
    record Operation(String key, long expected, long begin, long end, Outcome outcome) {}

    /** What was answered. */
    sealed interface Outcome {
        /** The key has this revision and value; 0 and {@code ""} for none. */
        record Read(long revision, String value) implements Outcome {}

        /** The key has this value since this revision; {@code ""} when it was deleted. */
        record Written(long revision, String value) implements Outcome {}

        /** The key was not what was expected. */
        record Conflict() implements Outcome {}
    }

    /** The key at a moment: which operations have been, and what they left. */
    private record State(BitSet done, long revision, String value) {}

    static boolean explains(List<Operation> history) {
        List<Operation> operations = new ArrayList<>(history);
        operations.sort(Comparator.comparingLong(Operation::begin));
        Set<State> seen = new HashSet<>();
        return search(operations, new State(new BitSet(), 0, ""), seen);
    }

    /** Depth first, without recursion: a history has thousands of operations. */
    private static boolean search(List<Operation> operations, State start, Set<State> seen) {
        List<State> open = new ArrayList<>(List.of(start));
        while (!open.isEmpty()) {
            State state = open.removeLast();
            if (state.done().cardinality() == operations.size()) {
                return true;
            }
            if (seen.add(state)) {
                open.addAll(next(operations, state));
            }
        }
        return false;
    }

    /** The states that one more operation can lead to: any that began before every other that is left has ended. */
    private static List<State> next(List<Operation> operations, State state) {
        List<State> next = new ArrayList<>();
        long firstEnd = Long.MAX_VALUE;
        for (int i = state.done().nextClearBit(0);
                i < operations.size();
                i = state.done().nextClearBit(i + 1)) {
            if (operations.get(i).begin() > firstEnd) {
                break;
            }
            firstEnd = Math.min(firstEnd, operations.get(i).end());
        }
        for (int i = state.done().nextClearBit(0);
                i < operations.size();
                i = state.done().nextClearBit(i + 1)) {
            Operation operation = operations.get(i);
            if (operation.begin() > firstEnd) {
                break;
            }
            State after = after(operation, i, state);
            if (after != null) {
                next.add(after);
            }
        }
        return next;
    }

    private static @org.jspecify.annotations.Nullable State after(Operation operation, int index, State state) {
        boolean expected = operation.expected() < 0 || operation.expected() == state.revision();
        BitSet done = (BitSet) state.done().clone();
        done.set(index);
        return switch (operation.outcome()) {
            case Outcome.Read(long revision, String value) ->
                revision == state.revision() && value.equals(state.value()) ? new State(done, revision, value) : null;
            case Outcome.Written(long revision, String value) ->
                expected && revision > state.revision() ? new State(done, value.isEmpty() ? 0 : revision, value) : null;
            case Outcome.Conflict() -> expected ? null : new State(done, state.revision(), state.value());
        };
    }
}
