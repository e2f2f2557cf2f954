package io.kantoku.controllers.workloads;

import java.util.BitSet;

/** Sets of completion indexes as a Job's status writes them: {@code 0,2-4}. Pure. */
final class JobIndexes {
    private JobIndexes() {}

    /** Reads a set; what is no index below {@code completions} is left out, as upstream does it. */
    static BitSet parse(String text, int completions) {
        BitSet set = new BitSet();
        for (String part : text.split(",", -1)) {
            String[] ends = part.strip().split("-", 2);
            try {
                int first = Integer.parseInt(ends[0]);
                int last = ends.length == 2 ? Integer.parseInt(ends[1]) : first;
                if (first >= 0 && first < completions) {
                    set.set(first, Math.min(last, completions - 1) + 1);
                }
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                // an empty set, or not written by us
            }
        }
        return set;
    }

    static String text(BitSet set) {
        StringBuilder text = new StringBuilder();
        for (int first = set.nextSetBit(0); first >= 0; ) {
            int last = set.nextClearBit(first) - 1;
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (last > first) {
                text.append(last == first + 1 ? "," : "-").append(last);
            }
            first = set.nextSetBit(last + 1);
        }
        return text.toString();
    }
}
