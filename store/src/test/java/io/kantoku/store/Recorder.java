package io.kantoku.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A watcher that remembers what it was told and lets a test wait for it. */
final class Recorder implements Watcher {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Change> changes = new ArrayList<>();
    private long progress;
    private @Nullable StoreException end;

    @Override
    public synchronized void onChanges(List<Change> more) {
        if (more.isEmpty()) {
            throw new AssertionError("an empty delivery");
        }
        changes.addAll(more);
        progress = Math.max(progress, more.getLast().revision());
        notifyAll();
    }

    @Override
    public synchronized void onProgress(long revision) {
        progress = Math.max(progress, revision);
        notifyAll();
    }

    @Override
    public synchronized void onEnd(StoreException reason) {
        end = reason;
        notifyAll();
    }

    synchronized List<Change> changes() {
        return List.copyOf(changes);
    }

    /** All changes once the watch has told everything up to a revision. */
    List<Change> upTo(long revision) {
        await(() -> progress >= revision || end != null);
        return changes();
    }

    /** The first changes, once there are so many. */
    List<Change> first(int count) {
        await(() -> changes.size() >= count || end != null);
        return changes();
    }

    StoreException end() {
        await(() -> end != null);
        return ended().orElseThrow();
    }

    synchronized Optional<StoreException> ended() {
        return Optional.ofNullable(end);
    }

    private synchronized void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("waited in vain; changes " + changes.size() + ", progress " + progress);
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
