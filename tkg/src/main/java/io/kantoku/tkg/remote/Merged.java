package io.kantoku.tkg.remote;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Subscription;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener that hears of one collection of several clusters, from one thread at a time. Thread-safe. */
final class Merged implements ObjectListener, Subscription {
    private final GroupVersionResource resource;
    private final ObjectListener listener;
    private final Consumer<Merged> leave;
    private final Map<ClusterId, Part> parts = new ConcurrentHashMap<>();
    private final ReentrantLock delivering = new ReentrantLock();
    private volatile @Nullable Subscription own;
    private volatile boolean closed;

    /** @param leave called when this is closed */
    Merged(GroupVersionResource resource, ObjectListener listener, Consumer<Merged> leave) {
        this.resource = resource;
        this.listener = listener;
        this.leave = leave;
    }

    GroupVersionResource resource() {
        return resource;
    }

    /** @param subscription what tells of the clusters of this process */
    void joined(Subscription subscription) {
        own = subscription;
    }

    /** Follows a guest, too. */
    void follow(RemoteGuest guest) {
        Part part = new Part(guest);
        parts.put(guest.id(), part);
        part.subscription = guest.api().subscribe(resource, part);
    }

    /** A guest is gone, with all that was known of it. */
    void forget(ClusterId guest) {
        Part part = parts.remove(guest);
        if (part != null) {
            part.close();
            part.present.values().forEach(last -> deliver(() -> listener.onDeleted(guest, last)));
        }
    }

    @Override
    public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        deliver(() -> listener.onPresent(cluster, object, previous));
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject last) {
        deliver(() -> listener.onDeleted(cluster, last));
    }

    /** What is in this process; guests may be away for long. */
    @Override
    public void onSynced() {
        deliver(listener::onSynced);
    }

    private void deliver(Runnable call) {
        delivering.lock();
        try {
            if (!closed) {
                call.run();
            }
        } finally {
            delivering.unlock();
        }
    }

    @Override
    public void close() {
        leave.accept(this);
        Subscription first = own;
        if (first != null) {
            first.close();
        }
        parts.values().forEach(Part::close);
        parts.clear();
        if (delivering.isHeldByCurrentThread()) {
            closed = true;
            return;
        }
        delivering.lock(); // a call that is under way ends first
        try {
            closed = true;
        } finally {
            delivering.unlock();
        }
    }

    /** What is heard from one guest. */
    private final class Part implements ObjectListener {
        private final RemoteGuest guest;
        private final Map<String, KubeObject> present = new ConcurrentHashMap<>();
        private volatile @Nullable Subscription subscription;

        Part(RemoteGuest guest) {
            this.guest = guest;
        }

        @Override
        public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
            present.put(object.uid(), object);
            Merged.this.onPresent(cluster, object, previous);
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            present.remove(last.uid());
            Merged.this.onDeleted(cluster, last);
        }

        @Override
        public void onSynced() {
            guest.synced(resource);
        }

        void close() {
            Subscription open = subscription;
            if (open != null) {
                open.close();
            }
        }
    }
}
