package io.kantoku.apiserver.registry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of a collection, numbered in order. Guarded by the collection's lock.
 *
 * <p>Keeps {@link #ALWAYS} changes whatever their age, and more while they are younger than {@link #YOUNG_MILLIS}, so that a watcher that
 * reconnects finds what it missed; never more than {@link #MOST}, nor more than {@link #MOST_BYTES} of objects.
 */
final class EventLog {
    static final int ALWAYS = 128;
    static final int MOST = 16_384;
    static final long MOST_BYTES = 32L << 20;
    static final long YOUNG_MILLIS = 75_000;

    private @Nullable CacheEvent[] slots = new CacheEvent[4];
    private long first;
    private long next;
    private long bytes;
    private long floor;

    /** @param floor the revision from which on the log is complete */
    EventLog(long floor) {
        this.floor = floor;
    }

    /** The number of the oldest change kept. */
    long first() {
        return first;
    }

    /** The number that the next change will have. */
    long next() {
        return next;
    }

    /** Every change with a greater revision is here. */
    long floor() {
        return floor;
    }

    CacheEvent get(long number) {
        CacheEvent event = slots[index(number)];
        if (number < first || number >= next || event == null) {
            throw new IllegalArgumentException("no change " + number + " in " + first + ".." + next);
        }
        return event;
    }

    void append(CacheEvent event) {
        if (next - first == slots.length) {
            grow();
        }
        slots[index(next++)] = event;
        bytes += event.size();
        while (tooMany(event.atMillis())) {
            CacheEvent oldest = get(first);
            floor = oldest.revision();
            bytes -= oldest.size();
            slots[index(first++)] = null;
        }
    }

    /** The number of the first change whose revision is greater. */
    long firstAfter(long revision) {
        long low = first;
        long high = next;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (get(middle).revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Forgets everything: what happened up to a revision is not known. */
    void reset(long completeFrom) {
        Arrays.fill(slots, null);
        next++; // watchers that had seen everything so far must notice, too
        first = next;
        bytes = 0;
        floor = completeFrom;
    }

    private boolean tooMany(long now) {
        long count = next - first;
        return count > ALWAYS
                && (count > MOST || bytes > MOST_BYTES || now - get(first).atMillis() > YOUNG_MILLIS);
    }

    private void grow() {
        @Nullable CacheEvent[] larger = new CacheEvent[slots.length * 2];
        for (long number = first; number < next; number++) {
            larger[(int) (number & (larger.length - 1))] = slots[index(number)];
        }
        slots = larger;
    }

    private int index(long number) {
        return (int) (number & (slots.length - 1));
    }
}
