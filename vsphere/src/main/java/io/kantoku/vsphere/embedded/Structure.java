package io.kantoku.vsphere.embedded;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Keeps folders and pools from being deleted while a machine is put into them. */
final class Structure {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Runs what relies on folders and pools to stay; short, since changes wait for it. */
    <T> T relying(Supplier<T> action) {
        lock.readLock().lock();
        try {
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Runs a change of folders or pools, alone. */
    <T> T changing(Supplier<T> action) {
        lock.writeLock().lock();
        try {
            return action.get();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
