package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/** Puts copies of samples into clusters: all writers at once, so that the store writes them together. */
final class Planter {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Commit commit;
    private final WatchCache cache;
    private final InstantSource clock;
    private final RandomGenerator random;

    Planter(Commit commit, WatchCache cache, InstantSource clock, RandomGenerator random) {
        this.commit = commit;
        this.cache = cache;
        this.clock = clock;
        this.random = random;
    }

    void plant(ClusterId cluster, List<Sample> samples) {
        String now = Instants.text(clock.instant());
        long newest = 0;
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> writes = new ArrayList<>();
            for (Sample sample : samples) {
                byte[] value = sample.value(Uids.next(random), now);
                writes.add(writers.submit(() -> commit.plant(sample.in(cluster), value)));
            }
            for (Future<Long> write : writes) {
                newest = Math.max(newest, write.get());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ApiException refusal ? refusal : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while objects were being written", e);
        }
        cache.awaitRevision(newest, PATIENCE);
    }
}
