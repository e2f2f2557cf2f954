package io.kantoku.cli.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A number of clients that repeat an operation, each as fast as it is answered, or all together at a rate. */
final class Load {
    /** One operation, given its number. */
    @FunctionalInterface
    interface Operation {
        void run(int number);
    }

    /**
     * What came out.
     *
     * @param perSecond operations that were done
     * @param p50 of one operation
     * @param p99 of one operation
     */
    record Result(String what, double perSecond, Duration p50, Duration p99, Duration slowest) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "%-46s %9.0f /s   p50 %7.2f ms   p99 %7.2f ms   slowest %8.2f ms",
                    what,
                    perSecond,
                    p50.toNanos() / 1e6,
                    p99.toNanos() / 1e6,
                    slowest.toNanos() / 1e6);
        }
    }

    private Load() {}

    /**
     * Runs it.
     *
     * @param rate operations a second of all clients together; 0 for as many as there can be
     */
    static Result run(String what, int clients, int rate, Duration time, Operation operation)
            throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(clients);
        long start = System.nanoTime();
        long end = start + time.toNanos();
        for (int i = 0; i < clients; i++) {
            Thread.ofVirtual().name("load-" + i).start(() -> {
                try {
                    while (System.nanoTime() < end) {
                        int mine = number.getAndIncrement();
                        pace(start, rate, mine);
                        long begun = System.nanoTime();
                        operation.run(mine);
                        nanos.add(System.nanoTime() - begun);
                    }
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(what, sorted.length / seconds, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
    }

    private static void pace(long start, int rate, int number) {
        if (rate > 0) {
            long due = start + (long) (number * 1e9 / rate);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private static Duration at(long[] sorted, double part) {
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * part))]);
    }

    /** The middle of some times. */
    static Duration median(Duration... times) {
        Duration[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
