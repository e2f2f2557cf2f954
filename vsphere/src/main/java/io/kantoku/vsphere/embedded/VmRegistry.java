package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSubscription;
import io.kantoku.vsphere.VsphereException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The machines that are there, and those who listen to their changes.
 *
 * <p>One state lock makes a change and its announcement one step, so that all listeners see changes in the same order. It is held
 * for moments only: nothing is written, started or called while it is.
 */
final class VmRegistry {
    private final ReentrantLock state = new ReentrantLock();
    private final TreeMap<MoRef, VmEntry> entries = new TreeMap<>();
    private final CopyOnWriteArrayList<VmFeed> feeds = new CopyOnWriteArrayList<>();

    <T> T locked(Supplier<T> action) {
        state.lock();
        try {
            return action.get();
        } finally {
            state.unlock();
        }
    }

    /** Puts a machine in that is not to be seen yet; its name and addresses are taken from now on. */
    void claim(VmEntry entry) {
        locked(() -> entries.put(entry.vm.id(), entry));
    }

    /** Lets a claimed machine be seen. */
    VirtualMachine publish(VmEntry entry) {
        return locked(() -> {
            entry.published = true;
            announce(entry.vm);
            return entry.vm;
        });
    }

    /** Changes a machine and tells the listeners if it is another one then. */
    VirtualMachine change(VmEntry entry, UnaryOperator<VirtualMachine> change) {
        return locked(() -> {
            VirtualMachine next = change.apply(entry.vm);
            if (!next.equals(entry.vm)) {
                entry.vm = next;
                if (entry.published) {
                    announce(next);
                }
            }
            return next;
        });
    }

    /** As {@link #change}, for a machine that reports; tells whether this is still its life. */
    boolean changeDuring(long life, VmEntry entry, UnaryOperator<VirtualMachine> change) {
        return locked(() -> {
            boolean now = entry.life == life;
            if (now) {
                change(entry, change);
            }
            return now;
        });
    }

    /** Begins another life, in which reports of earlier ones count for nothing. */
    long nextLife(VmEntry entry) {
        return locked(() -> ++entry.life);
    }

    void remove(VmEntry entry) {
        locked(() -> {
            entry.life++;
            entries.remove(entry.vm.id());
            if (entry.published) {
                feeds.forEach(feed -> feed.deleted(entry.vm));
            }
            return entry;
        });
    }

    private void announce(VirtualMachine vm) {
        feeds.forEach(feed -> feed.present(vm));
    }

    Optional<VmEntry> find(MoRef id) {
        return locked(() -> Optional.ofNullable(entries.get(id)).filter(entry -> entry.published));
    }

    VmEntry get(MoRef id) {
        return find(id).orElseThrow(() -> VsphereException.notFound("virtual machine", id));
    }

    /** All that can be seen. */
    List<VmEntry> published() {
        return locked(
                () -> entries.values().stream().filter(entry -> entry.published).toList());
    }

    /** All that take something, whether or not they can be seen. */
    Collection<VirtualMachine> claimed() {
        return locked(() -> entries.values().stream().map(entry -> entry.vm).toList());
    }

    VmSubscription subscribe(VmListener listener) {
        VmFeed feed = locked(() -> {
            List<VirtualMachine> present =
                    published().stream().map(entry -> entry.vm).toList();
            VmFeed made = new VmFeed(listener, present, feeds::remove);
            feeds.add(made);
            return made;
        });
        feed.start();
        return feed;
    }

    void closeFeeds() {
        feeds.forEach(VmFeed::close);
    }
}
