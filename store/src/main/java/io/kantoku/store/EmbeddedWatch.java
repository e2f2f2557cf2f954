package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch of the embedded store.
 *
 * <p>It has a position, the revision up to which its watcher knows everything, and no queue: when a change of its prefix is
 * announced it starts a virtual thread, which reads the store's recent changes from the position on and ends when there is
 * nothing left. An idle watch is therefore a few fields, and a slow one holds nothing that the store would not keep anyway.
 */
final class EmbeddedWatch implements Watch {
    private static final Logger logger = LoggerFactory.getLogger(EmbeddedWatch.class);
    private static final int MAX_DELIVERY = 256;

    private final String prefix;
    private final Watcher watcher;
    private final WatchHub hub;
    private final Versions versions;

    /** Owned by the delivering thread while there is one, else guarded by this. */
    private long position;
    /** The newest revision known to change the prefix; guarded by this. */
    private long announced;
    /** Guarded by this. */
    private boolean delivering;
    /** Guarded by this. */
    private @Nullable StoreException ending;

    private volatile boolean closed;

    /** @param position changes after this revision are delivered */
    EmbeddedWatch(String prefix, long position, Watcher watcher, WatchHub hub, Versions versions) {
        this.prefix = prefix;
        this.position = position;
        this.watcher = watcher;
        this.hub = hub;
        this.versions = versions;
    }

    String prefix() {
        return prefix;
    }

    /** Delivers what happened before the watch was known to the hub. */
    synchronized void begin(long dispatched) {
        announced = dispatched;
        deliverLater();
    }

    /** A change of the prefix was made by a revision. */
    synchronized void announce(long revision) {
        announced = revision;
        if (!delivering && revision > position) {
            position = revision - 1; // nothing of this prefix came in between
            deliverLater();
        }
    }

    /** All changes up to a revision were announced. */
    synchronized void progress(long dispatched) {
        if (!delivering && dispatched > position) {
            deliverLater();
        }
    }

    /** Ends the watch from the store's side. */
    synchronized void end(StoreException reason) {
        ending = reason;
        if (!delivering) {
            deliverLater();
        }
    }

    @Override
    public void close() {
        closed = true;
        hub.remove(this);
    }

    private void deliverLater() {
        if (!closed) {
            delivering = true;
            Thread.ofVirtual()
                    .name("store-watch")
                    .uncaughtExceptionHandler((_, e) -> logger.atError()
                            .setMessage("a watcher failed and its watch has ended")
                            .addKeyValue("prefix", prefix)
                            .setCause(e)
                            .log())
                    .start(this::deliver);
        }
    }

    private void deliver() {
        boolean completed = false;
        try {
            while (deliverSome()) {}
            completed = true;
        } finally {
            if (!completed) {
                close(); // the watcher threw and may have missed changes
            }
        }
    }

    /** Does the next thing; false when there is none, after which a new thread has to be started. */
    private boolean deliverSome() {
        long dispatched = hub.dispatched(); // read first: whatever was made up to here has been announced
        long upTo;
        StoreException reason;
        synchronized (this) {
            if (closed) {
                return false;
            }
            upTo = announced;
            reason = ending;
        }
        if (reason != null) {
            close();
            watcher.onEnd(reason);
            return false;
        }
        if (upTo > position) {
            deliverChanges(upTo);
            return true;
        }
        position = Math.max(position, dispatched);
        watcher.onProgress(position);
        synchronized (this) {
            delivering = announced > position || ending != null;
            return delivering;
        }
    }

    private void deliverChanges(long upTo) {
        List<Change> found = new ArrayList<>();
        long at = position;
        while (at < upTo && found.size() < MAX_DELIVERY) {
            Change change = versions.change(at + 1);
            if (change == null) {
                end(new StoreException(
                        Code.COMPACTED,
                        "the watch of " + prefix + " is at revision " + at + " and the oldest kept is "
                                + versions.compacted() + "; read the newest state and watch from there"));
                return;
            }
            if (change.key().startsWith(prefix)) {
                found.add(change);
            }
            at++;
        }
        if (!found.isEmpty() && !closed) {
            watcher.onChanges(found);
        }
        position = at;
    }
}
