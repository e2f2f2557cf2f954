package io.kantoku.client;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.ControllerStatus.Failing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one controller that wait or run. Any thread may call it; callers start workers and timers outside its lock.
 *
 * <p>A request is in the queue once however often it is added. One that is added while it runs is queued again when it ends.
 * Clusters take turns, so that ten thousand requests of one do not delay the first of another. A request that is neither
 * queued, running, delayed nor failing has no entry here.
 */
final class WorkQueue {
    private final int concurrency;
    private final Timer timer;
    private final Map<Request, Item> items = new HashMap<>();
    private final LinkedHashMap<ClusterId, ArrayDeque<Item>> ready = new LinkedHashMap<>();
    private int queued;
    private int running;
    private int workers;
    private boolean held = true;
    private boolean closed;
    private long reconciled;
    private long failed;
    private long conflicts;

    WorkQueue(int concurrency, Timer timer) {
        this.concurrency = concurrency;
        this.timer = timer;
    }

    /** Queues the request; true when the caller must start a worker. */
    synchronized boolean add(Request request) {
        if (closed) {
            return false;
        }
        Item item = items.computeIfAbsent(request, Item::new);
        item.forgetAlarm();
        if (item.running) {
            item.dirty = true;
            return false;
        }
        if (!item.queued) {
            item.queued = true;
            queued++;
            ready.computeIfAbsent(request.cluster(), _ -> new ArrayDeque<>()).add(item);
        }
        return wantsWorker();
    }

    /** Lets workers begin, when every subscription has delivered what existed; returns how many to start. */
    synchronized int release() {
        held = false;
        int start = Math.min(concurrency - workers, queued);
        workers += start;
        return start;
    }

    /** The next request to run, or null when the calling worker must end. */
    synchronized @Nullable Request take() {
        Map.Entry<ClusterId, ArrayDeque<Item>> turn = closed ? null : ready.pollFirstEntry();
        if (turn == null) {
            workers--;
            notifyAll();
            return null;
        }
        Item item = turn.getValue().removeFirst();
        if (!turn.getValue().isEmpty()) {
            ready.putLast(turn.getKey(), turn.getValue());
        }
        queued--;
        running++;
        item.queued = false;
        item.running = true;
        return item.request;
    }

    /** The request succeeded. {@code wake} runs after {@code again} unless that is zero or the request is queued before. */
    synchronized void succeeded(Request request, Duration again, Runnable wake) {
        Item item = end(request);
        reconciled++;
        item.failures = 0;
        item.attempts = 0;
        item.failure = null;
        requeue(item, again, wake);
    }

    /** The request failed; returns how often in a row, this time included. */
    synchronized int failed(Request request, Throwable error, Instant now) {
        Item item = items.get(request);
        failed++;
        if (item == null) {
            return 1;
        }
        item.failures++;
        item.attempts++;
        Instant since = item.failure == null ? now : item.failure.since();
        String text = error.getMessage() == null ? error.toString() : error.getMessage();
        item.failure = new Failing(request, item.failures, text, since, now);
        return item.attempts;
    }

    /** Whether the request did not fail, for whatever reason, since it last succeeded. */
    synchronized boolean isFirstAttempt(Request request) {
        Item item = items.get(request);
        return item == null || item.attempts == 0;
    }

    /** The request lost a race; returns how often in a row it failed for whatever reason, this time included. */
    synchronized int conflicted(Request request) {
        conflicts++;
        Item item = items.get(request);
        return item == null ? 1 : ++item.attempts;
    }

    /** Ends a run that failed; {@code wake} runs after the delay. */
    synchronized void retry(Request request, Duration delay, Runnable wake) {
        requeue(end(request), delay, wake);
    }

    /** Ends a run whose cluster is gone: nothing about the request is kept. */
    synchronized void drop(Request request) {
        end(request).forgetAlarm();
        items.remove(request);
    }

    synchronized void close() {
        closed = true;
        items.values().forEach(Item::forgetAlarm);
        ready.clear();
        queued = 0;
        notifyAll();
    }

    /** Waits until no worker is left; false when the time ran out first. */
    synchronized boolean awaitWorkers(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (workers > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    synchronized ControllerStatus status(String name) {
        List<Failing> failing = new ArrayList<>();
        int delayed = 0;
        for (Item item : items.values()) {
            if (item.failure != null) {
                failing.add(item.failure);
            }
            if (item.alarm != null) {
                delayed++;
            }
        }
        return new ControllerStatus(
                name, !held && !closed, queued, running, delayed, reconciled, conflicts, failed, failing);
    }

    private boolean wantsWorker() {
        if (held || workers >= concurrency || queued <= 0) {
            return false;
        }
        workers++;
        return true;
    }

    private Item end(Request request) {
        running--;
        Item item = items.computeIfAbsent(request, Item::new);
        item.running = false;
        return item;
    }

    /** The newest result decides when the request runs again; what changed meanwhile makes that "now". */
    private void requeue(Item item, Duration delay, Runnable wake) {
        item.forgetAlarm();
        if (closed) {
            return;
        }
        if (item.dirty) {
            item.dirty = false;
            item.queued = true;
            queued++;
            // The worker that ends this run takes it, after the requests of other clusters.
            ready.computeIfAbsent(item.request.cluster(), _ -> new ArrayDeque<>())
                    .add(item);
        } else if (delay.isPositive()) {
            item.alarm = timer.after(delay, wake);
        } else if (item.failure == null) {
            items.remove(item.request);
        }
    }

    private static final class Item {
        final Request request;
        boolean queued;
        boolean running;
        boolean dirty;
        int attempts;
        int failures;

        @Nullable
        Failing failure;

        Timer.@Nullable Alarm alarm;

        Item(Request request) {
            this.request = request;
        }

        void forgetAlarm() {
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
        }
    }
}
