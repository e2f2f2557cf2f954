package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs reloads one after the other on a thread of its own. Changes that arrive while one runs, or within the delay, share the
 * next.
 */
final class ReloadAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadAgent.class);
    private static final int REMEMBERED = 1000;

    private final Duration delay;
    private final InstantSource clock;
    private final Consumer<Reload> work;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Reload> reloads = new LinkedHashMap<>();
    private final Thread thread;
    private @Nullable Reload next;
    private long notBefore;
    private int count;
    private boolean closed;

    /** @param work makes the reload and ends it, one way or the other */
    ReloadAgent(String name, Duration delay, InstantSource clock, Consumer<Reload> work) {
        this.delay = delay;
        this.clock = clock;
        this.work = work;
        this.thread = Thread.ofVirtual().name("reloads-" + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The reload that will bring into effect whatever is configured by now; at once rather than after the delay if asked so. */
    Reload request(boolean atOnce) {
        lock.lock();
        try {
            if (next == null) {
                next = announce();
                notBefore = System.nanoTime() + delay.toNanos();
            }
            if (atOnce) {
                notBefore = System.nanoTime();
            }
            changed.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** A reload that is over already, for a change that needed none. */
    Reload done() {
        lock.lock();
        try {
            Reload done = announce();
            done.succeeded(clock.instant());
            return done;
        } finally {
            lock.unlock();
        }
    }

    private Reload announce() {
        Reload reload = new Reload(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) + "-" + count++);
        reloads.put(reload.id(), reload);
        if (reloads.size() > REMEMBERED) {
            reloads.remove(reloads.keySet().iterator().next());
        }
        return reload;
    }

    /** Takes the reload that has not begun out of the queue: what it was to bring into effect is gone. */
    Optional<Reload> withdraw() {
        lock.lock();
        try {
            Reload withdrawn = next;
            next = null;
            return Optional.ofNullable(withdrawn);
        } finally {
            lock.unlock();
        }
    }

    Optional<ReloadStatus> status(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(reloads.get(id)).map(Reload::status);
        } finally {
            lock.unlock();
        }
    }

    /** The failed ones that are remembered, the last that succeeded, and those that go on. */
    List<ReloadStatus> list() {
        lock.lock();
        try {
            List<ReloadStatus> listed = new ArrayList<>();
            ReloadStatus lastSuccess = null;
            for (Reload reload : reloads.values()) {
                ReloadStatus status = reload.status();
                if (status.status() == ReloadStatus.State.SUCCEEDED) {
                    lastSuccess = status;
                } else {
                    listed.add(status);
                }
            }
            if (lastSuccess != null) {
                listed.add(lastSuccess);
            }
            return listed;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                Reload reload = take();
                if (reload == null) {
                    return;
                }
                try {
                    work.accept(reload);
                } catch (RuntimeException e) { // the request loop: whoever waits must not wait for ever
                    LOG.atError()
                            .setMessage("reload failed")
                            .addKeyValue("reload", reload.id())
                            .setCause(e)
                            .log();
                    reload.failed(clock.instant(), "internal error: " + e);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private @Nullable Reload take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                if (next == null) {
                    changed.await();
                    continue;
                }
                long wait = notBefore - System.nanoTime();
                if (wait > 0) {
                    changed.await(wait, TimeUnit.NANOSECONDS);
                    continue;
                }
                Reload taken = next;
                next = null;
                return taken;
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Stops after the reload that runs; one that waits is told that it will not happen. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            if (next != null) {
                next.failed(clock.instant(), "the appliance is stopping; the change takes effect when it starts again");
                next = null;
            }
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(Duration.ofSeconds(30))) {
                throw new DataPlaneException(DataPlaneException.Code.DEADLINE, "a reload did not end within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
