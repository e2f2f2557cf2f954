package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSubscription;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one listener has still to be told: the last state of each machine that changed since it was told last.
 *
 * <p>A virtual thread of its own takes all of it at once and delivers it without a lock, so that a slow listener costs memory
 * for each machine at most once.
 */
public final class VmFeed implements VmSubscription {
    private static final Logger LOG = LoggerFactory.getLogger(VmFeed.class);

    /** A machine's last state, and whether it is still there. */
    private record Change(VirtualMachine vm, boolean present) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final VmListener listener;
    private final Consumer<VmFeed> onClose;
    private Map<MoRef, Change> pending = new LinkedHashMap<>();
    private volatile boolean closed;

    public VmFeed(VmListener listener, Collection<VirtualMachine> present, Consumer<VmFeed> onClose) {
        this.listener = listener;
        this.onClose = onClose;
        present.forEach(vm -> pending.put(vm.id(), new Change(vm, true)));
    }

    public void start() {
        Thread.ofVirtual().name("vm-feed").start(this::deliver);
    }

    public void present(VirtualMachine vm) {
        put(new Change(vm, true));
    }

    public void deleted(VirtualMachine last) {
        put(new Change(last, false));
    }

    private void put(Change change) {
        lock.lock();
        try {
            if (!closed) {
                pending.put(change.vm().id(), change);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        onClose.accept(this);
        lock.lock();
        try {
            closed = true;
            pending.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void deliver() {
        tell(take(false));
        call(VmListener::onSynced);
        while (!closed) {
            tell(take(true));
        }
    }

    private List<Change> take(boolean wait) {
        lock.lock();
        try {
            while (wait && pending.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            List<Change> batch = List.copyOf(pending.values());
            pending = new LinkedHashMap<>();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void tell(List<Change> batch) {
        for (Change change : batch) {
            call(told -> {
                if (change.present()) {
                    told.onPresent(change.vm());
                } else {
                    told.onDeleted(change.vm());
                }
            });
        }
    }

    private void call(Consumer<VmListener> event) {
        if (closed) {
            return;
        }
        try {
            event.accept(listener);
        } catch (RuntimeException e) {
            // The loop that serves the listener goes on: the next change is another chance for it.
            LOG.atError()
                    .setMessage("a listener to machines failed")
                    .setCause(e)
                    .log();
        }
    }
}
