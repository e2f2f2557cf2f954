package io.kantoku.apiserver.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Someone's place in the log of a collection.
 *
 * <p>A watch has no queue: it reads the collection's log from where it stopped. One that falls so far behind that the log has
 * moved past it is {@link End#TOO_SLOW}, and costs nobody anything until then. While it has seen everything, changes that do
 * not match its selection move it on without waking its thread.
 *
 * <p>{@link #next} belongs to one thread; {@link #close} may be called by any.
 */
public final class CollectionWatch implements AutoCloseable {
    private static final int BATCH = 256;

    private final CachedCollection collection;
    private final Selection selection;
    private final List<StoredObject> initial;
    private final long startRevision;
    private long revision;
    private long position; // guarded by the collection's lock
    private volatile boolean signalled;
    private volatile boolean closed;
    private volatile boolean overrun;
    private volatile @Nullable Thread waiting;

    /** Why a watch delivers nothing any more. */
    public enum End {
        /** It goes on. */
        NONE,
        /** It was closed, by its reader or because the cluster is gone. */
        CLOSED,
        /** It fell behind the log; the reader must start over. */
        TOO_SLOW
    }

    /** What a collection's log holds for a watch. */
    record Progress(List<CacheEvent> events, long revision, boolean overrun) {}

    CollectionWatch(
            CachedCollection collection,
            Selection selection,
            long position,
            long revision,
            List<StoredObject> initial) {
        this.collection = collection;
        this.selection = selection;
        this.position = position;
        this.startRevision = revision;
        this.revision = revision;
        this.initial = initial;
    }

    public Selection selection() {
        return selection;
    }

    /** The state at the start, for a watch that begins with it: all of the namespace, not yet selected from. */
    public List<StoredObject> initial() {
        return initial;
    }

    /** The revision of the start. */
    public long startRevision() {
        return startRevision;
    }

    /** Everything up to this revision has been returned by {@link #next}. */
    public long revision() {
        return revision;
    }

    public End end() {
        if (overrun) {
            return End.TOO_SLOW;
        }
        return closed ? End.CLOSED : End.NONE;
    }

    /**
     * Waits for changes, which may include some that the selection does not match.
     *
     * @return empty when the time is over, and at once when the watch has ended
     */
    public List<CacheEvent> next(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        waiting = Thread.currentThread();
        try {
            while (!closed && !overrun) {
                signalled = false;
                Progress progress = collection.read(this, BATCH);
                overrun = progress.overrun();
                revision = Math.max(revision, progress.revision());
                if (!progress.events().isEmpty() || overrun) {
                    return progress.events();
                }
                if (!sleepUntil(deadline)) {
                    return List.of();
                }
            }
            return List.of();
        } finally {
            waiting = null;
        }
    }

    /** Brings {@link #revision} up to date with changes that this watch was moved past. */
    public void refresh() {
        revision = Math.max(revision, collection.seenBy(this));
    }

    private boolean sleepUntil(long deadline) throws InterruptedException {
        while (!signalled && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }

    /** Whether the thread must wake; called under the collection's lock for each change. */
    boolean concernedBy(CacheEvent event, long number) {
        if (position == number && selection.immediate() && event.seenThrough(selection) == null) {
            position = number + 1;
            return false;
        }
        return true;
    }

    /** The number of the next change to read; called under the collection's lock. */
    long position() {
        return position;
    }

    /** Called under the collection's lock. */
    void moveTo(long newPosition) {
        position = newPosition;
    }

    void wake() {
        signalled = true;
        LockSupport.unpark(waiting);
    }

    @Override
    public void close() {
        closed = true;
        collection.remove(this);
        LockSupport.unpark(waiting);
    }
}
