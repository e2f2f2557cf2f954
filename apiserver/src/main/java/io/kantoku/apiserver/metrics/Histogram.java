package io.kantoku.apiserver.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** How long requests took, in kube-apiserver's buckets. Safe for use by many threads; an observation costs two additions. */
final class Histogram {
    private static final double[] BOUNDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60
    };
    private static final double NANOS = 1e9;

    private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder nanos = new LongAdder();

    void observe(long tookNanos) {
        int bucket = 0;
        while (bucket < BOUNDS.length && tookNanos > BOUNDS[bucket] * NANOS) {
            bucket++;
        }
        buckets.incrementAndGet(bucket);
        nanos.add(tookNanos);
    }

    /** Writes the series of a histogram; buckets add up, as the format wants it. */
    void write(Exposition out, String name, String... labels) {
        String[] bounded = new String[labels.length + 2];
        System.arraycopy(labels, 0, bounded, 0, labels.length);
        bounded[labels.length] = "le";
        long count = 0;
        for (int i = 0; i <= BOUNDS.length; i++) {
            count += buckets.get(i);
            bounded[labels.length + 1] = i == BOUNDS.length ? "+Inf" : Exposition.number(BOUNDS[i]);
            out.sample(name + "_bucket", count, bounded);
        }
        out.sample(name + "_sum", nanos.sum() / NANOS, labels);
        out.sample(name + "_count", count, labels);
    }
}
