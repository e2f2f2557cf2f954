package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the file that HAProxy reads in step with what runs, and sees servers off whose last connection has ended, on a thread of
 * its own.
 */
final class FileFollower {
    private static final Logger LOG = LoggerFactory.getLogger(FileFollower.class);
    private static final Duration PACE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** Of its time it writes one part in so many: a large file is not written again and again while changes come. */
    private static final int SHARE = 20;

    private final String appliance;
    private final ReentrantLock lock;
    private final Condition moved;
    private final Engine engine;
    private final LeavingServers leaving;
    private final Thread thread;
    /** Whether more runs than the file says. Guarded by the lock. */
    private boolean behind;

    /**
     * What runs at some moment.
     *
     * @param load how many whole configurations HAProxy had been given by then
     */
    record Running(HaproxyConfig config, EngineModel model, Slots slots, long load) {}

    /** @param lock the engine's, which is held whenever it is asked for what runs */
    FileFollower(String appliance, ReentrantLock lock, Engine engine, LeavingServers leaving) {
        this.appliance = appliance;
        this.lock = lock;
        this.moved = lock.newCondition();
        this.engine = engine;
        this.leaving = leaving;
        this.thread = Thread.ofVirtual().name("haproxy-file-" + appliance).unstarted(this::follow);
    }

    void start() {
        thread.start();
    }

    /** Something has changed that the file does not say; the lock is held. */
    void changed() {
        behind = true;
        moved.signalAll();
    }

    /** The file says what runs; the lock is held. */
    void isInStep() {
        behind = false;
    }

    private void follow() {
        try {
            while (!engine.stopping()) {
                lock.lockInterruptibly();
                try {
                    while (!behind && leaving.isEmpty()) {
                        moved.await();
                    }
                    if (engine.running()) {
                        leaving.seeOff();
                    }
                } catch (DataPlaneException e) {
                    // HAProxy has just ended; who starts it again starts with an empty list
                } finally {
                    lock.unlock();
                }
                long begin = System.nanoTime();
                boolean wrote = writeInStep();
                Duration pause = Duration.ofNanos((System.nanoTime() - begin) * SHARE);
                Thread.sleep(
                        !wrote || pause.compareTo(PATIENCE) > 0 ? PATIENCE : PACE.compareTo(pause) > 0 ? PACE : pause);
            }
        } catch (InterruptedException e) {
            // the appliance stops
        }
    }

    private boolean writeInStep() {
        Running running;
        lock.lock();
        try {
            if (!behind) {
                return false;
            }
            behind = false;
            running = engine.runningNow();
        } finally {
            lock.unlock();
        }
        EngineText text = engine.text(running);
        lock.lock();
        try {
            if (running.load() == engine.runningNow().load()) {
                engine.write(text);
            }
        } catch (IOException e) {
            behind = true;
            LOG.atWarn()
                    .setMessage("HAProxy's file is behind what runs")
                    .addKeyValue("appliance", appliance)
                    .setCause(e)
                    .log();
            return false;
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** Ends the thread, and writes what it has left if HAProxy goes on. */
    void stop() {
        thread.interrupt();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (engine.running()) {
            writeInStep();
        }
    }
}
