package io.kantoku.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Durable puts of 1 KB per second for 1, 16, 64 and 256 clients, each next to a loop that appends as many kilobytes as there
 * are clients to a preallocated file and syncs, which is what the disk could do at best. Then what 100 000 keys cost.
 *
 * <p>Arguments: a directory on the disk to measure, and seconds per figure (2). Reference and store take turns, five rounds,
 * of which the median counts.
 */
final class StoreBench {
    private static final int VALUE_BYTES = 1024;
    private static final int ROUNDS = 5;
    private static final int KEYS = 100_000;

    private record Figure(double perSecond, double p50Micros, double p99Micros) {}

    private StoreBench() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "store-bench");
        Duration each = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 2);
        try {
            durablePuts(directory, each);
            manyKeys(directory.resolve("keys"));
        } finally {
            delete(directory);
        }
    }

    private static void durablePuts(Path directory, Duration each) throws Exception {
        System.out.printf(
                "%8s %14s %14s %7s %9s %9s%n", "clients", "raw writes/s", "puts/s", "ratio", "p50 us", "p99 us");
        for (int clients : new int[] {1, 16, 64, 256}) {
            List<Figure> raw = new ArrayList<>();
            List<Figure> store = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                raw.add(raw(directory.resolve("raw"), clients, each));
                store.add(store(directory.resolve("store" + clients + "-" + round), clients, each));
            }
            Figure rawMedian = median(raw);
            Figure median = median(store);
            System.out.printf(
                    "%8d %,14.0f %,14.0f %7.2f %9.0f %9.0f%n",
                    clients,
                    rawMedian.perSecond(),
                    median.perSecond(),
                    median.perSecond() / rawMedian.perSecond(),
                    median.p50Micros(),
                    median.p99Micros());
        }
    }

    private static Figure median(List<Figure> figures) {
        figures.sort(Comparator.comparingDouble(Figure::perSecond));
        return figures.get(figures.size() / 2);
    }

    private static Figure raw(Path path, int clients, Duration each) throws IOException {
        int capacity = 64 << 20;
        ByteBuffer block = ByteBuffer.allocateDirect(clients * VALUE_BYTES);
        while (block.hasRemaining()) {
            block.put((byte) block.position());
        }
        try (WritableFile file = Disk.local().create(path)) {
            Segment.fillWithZeros(file, 0, capacity);
            file.force();
            long[] nanos = new long[1 << 20];
            int count = 0;
            long position = 0;
            long start = System.nanoTime();
            for (long now = start; now - start < each.toNanos() && count < nanos.length; ) {
                file.write(block.clear(), position);
                file.force();
                position = (position + block.capacity()) % (capacity - block.capacity());
                long after = System.nanoTime();
                nanos[count++] = after - now;
                now = after;
            }
            return figure(Arrays.copyOf(nanos, count), clients, System.nanoTime() - start);
        }
    }

    private static Figure store(Path directory, int clients, Duration each) throws Exception {
        LongAdder done = new LongAdder();
        List<long[]> samples = new ArrayList<>();
        try (EmbeddedStore store = EmbeddedStore.open(directory)) {
            long start = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                long[] nanos = new long[1 << 16];
                samples.add(nanos);
                int own = client;
                threads.add(Thread.ofVirtual().start(() -> {
                    byte[] value = new byte[VALUE_BYTES];
                    Arrays.fill(value, (byte) own);
                    int count = 0;
                    for (long now = start; now - start < each.toNanos(); count++) {
                        store.put("/bench/" + own + "/" + count % 400, value, new Expectation.Any());
                        long after = System.nanoTime();
                        nanos[count % nanos.length] = after - now;
                        now = after;
                        done.increment();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            long[] all = samples.stream()
                    .flatMapToLong(Arrays::stream)
                    .filter(nanos -> nanos > 0)
                    .toArray();
            Figure figure = figure(all, 1, System.nanoTime() - start);
            return new Figure(done.sum() / ((System.nanoTime() - start) / 1e9), figure.p50Micros(), figure.p99Micros());
        } finally {
            delete(directory);
        }
    }

    private static Figure figure(long[] nanos, int perSample, long elapsed) {
        Arrays.sort(nanos);
        return new Figure(
                (double) nanos.length * perSample / (elapsed / 1e9),
                nanos[nanos.length / 2] / 1e3,
                nanos[(int) (nanos.length * 0.99)] / 1e3);
    }

    private static void manyKeys(Path directory) throws Exception {
        long before = usedHeap();
        try (EmbeddedStore store = EmbeddedStore.open(directory)) {
            Thread[] threads = IntStream.range(0, 64)
                    .mapToObj(client -> Thread.ofVirtual()
                            .start(() -> IntStream.range(0, KEYS)
                                    .filter(i -> i % 64 == client)
                                    .forEach(i -> store.put(
                                            "/registry/configmaps/" + i,
                                            new byte[VALUE_BYTES],
                                            new Expectation.Absent()))))
                    .toArray(Thread[]::new);
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.printf("%,d keys of 1 KB: heap %,d MB%n", KEYS, (usedHeap() - before) >> 20);
            long start = System.nanoTime();
            int listed = store.range(RangeRequest.all("/registry/")).entries().size();
            System.out.printf("list of %,d keys: %.1f ms%n", listed, (System.nanoTime() - start) / 1e6);
        }
        long start = System.nanoTime();
        try (EmbeddedStore store = EmbeddedStore.open(directory)) {
            System.out.printf(
                    "open at revision %,d: %.0f ms, disk %,d MB%n",
                    store.revision(), (System.nanoTime() - start) / 1e6, size(directory) >> 20);
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long size(Path directory) throws IOException {
        try (var paths = Files.list(directory)) {
            return paths.mapToLong(path -> path.toFile().length()).sum();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
