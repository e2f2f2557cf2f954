package io.kantoku.loadbalancer.dataplane;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets a transaction through that others were faster than: until the next transaction has begun, and then until it has ended,
 * other writers wait, for moments at most. Without it, who changes one object in one call after the other would win every race
 * against those who need several calls.
 *
 * <p>After that somebody else has a turn before it is given again. All methods want the lock to be held.
 */
final class RightOfWay {
    private static final Duration TO_BEGIN = Duration.ofMillis(100);
    private static final Duration TO_END = Duration.ofMillis(500);

    private final Condition over;
    private boolean given;
    private boolean due = true;
    private @Nullable String holder;
    private long until;

    RightOfWay(ReentrantLock lock) {
        this.over = lock.newCondition();
    }

    /** A transaction was refused because of what another writer has done. */
    void lost() {
        if (due && !open()) {
            give(TO_BEGIN);
        }
    }

    void begun(String transaction) {
        if (open() && holder == null) {
            holder = transaction;
            give(TO_END);
        }
    }

    void ended(String transaction) {
        if (transaction.equals(holder)) {
            end();
        }
    }

    /** Waits until this writer may write: a transaction, or a change of its own. */
    void await(Optional<String> transaction) {
        while (open() && transaction.filter(id -> id.equals(holder)).isEmpty()) {
            try {
                over.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        due |= !given;
    }

    private void give(Duration longest) {
        given = true;
        due = false;
        until = System.nanoTime() + longest.toNanos();
    }

    private boolean open() {
        if (given && System.nanoTime() - until >= 0) {
            end();
        }
        return given;
    }

    private void end() {
        given = false;
        holder = null;
        over.signalAll();
    }
}
