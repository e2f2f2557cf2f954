package io.kantoku.apiserver;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.registry.CacheEvent;
import io.kantoku.apiserver.registry.CacheListener;
import io.kantoku.apiserver.registry.Conversions;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.apiserver.registry.WatchCache;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener's view of a collection in all logical clusters.
 *
 * <p>The cache's thread puts changes into a queue, which is not bounded: listeners are parts of this process and only put keys into
 * queues of their own. A virtual thread of the subscription's takes them out and calls the listener.
 */
final class InProcessSubscription implements Subscription, CacheListener {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessSubscription.class);

    private final ResourceTypes types;
    private final GroupVersionResource resource;
    private final ObjectListener listener;
    private final BlockingQueue<Delivery> queue = new LinkedBlockingQueue<>();
    private final ReentrantLock delivering = new ReentrantLock();
    private volatile boolean closed;
    private WatchCache.@Nullable Registration registration;
    private @Nullable Thread thread;

    /** Something to tell the listener. */
    private sealed interface Delivery {
        record Present(StoredObject object, @Nullable StoredObject previous) implements Delivery {}

        record Deleted(StoredObject last) implements Delivery {}

        record Synced() implements Delivery {}
    }

    private InProcessSubscription(ResourceTypes types, GroupVersionResource resource, ObjectListener listener) {
        this.types = types;
        this.resource = resource;
        this.listener = listener;
    }

    static InProcessSubscription start(
            WatchCache cache, ResourceTypes types, GroupVersionResource resource, ObjectListener listener) {
        InProcessSubscription subscription = new InProcessSubscription(types, resource, listener);
        cache.awaitLatest();
        subscription.registration = cache.subscribe(resource.groupResource(), subscription);
        subscription.thread =
                Thread.ofVirtual().name("subscription-" + resource.resource()).start(subscription::run);
        return subscription;
    }

    @Override
    public void onInitial(List<StoredObject> objects) {
        objects.forEach(object -> queue.add(new Delivery.Present(object, null)));
        queue.add(new Delivery.Synced());
    }

    @Override
    public void onChange(ClusterId cluster, CacheEvent event) {
        queue.add(
                event.deleted()
                        ? new Delivery.Deleted(event.object())
                        : new Delivery.Present(event.object(), event.previous()));
    }

    @Override
    public void close() {
        closed = true;
        WatchCache.Registration open = registration;
        if (open != null) {
            open.close();
        }
        Thread worker = thread;
        if (worker != null && worker != Thread.currentThread()) {
            worker.interrupt();
        }
        if (!delivering.isHeldByCurrentThread()) {
            delivering.lock();
            try {
                queue.clear(); // whatever call was under way has ended
            } finally {
                delivering.unlock();
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                Delivery delivery = queue.take();
                delivering.lock();
                try {
                    if (!closed) {
                        deliver(delivery);
                    }
                } catch (RuntimeException e) {
                    LOG.atError()
                            .setMessage("a listener failed")
                            .addKeyValue("resource", resource)
                            .setCause(e)
                            .log();
                } finally {
                    delivering.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void deliver(Delivery delivery) {
        switch (delivery) {
            case Delivery.Present(var object, var previous) ->
                listener.onPresent(object.key().cluster(), tree(object), previous == null ? null : tree(previous));
            case Delivery.Deleted(var last) -> listener.onDeleted(last.key().cluster(), tree(last));
            case Delivery.Synced() -> listener.onSynced();
        }
    }

    private KubeObject tree(StoredObject object) {
        Optional<ResourceType> type = types.find(object.key().cluster(), object.resource());
        if (type.isEmpty() || Conversions.isStored(type.get(), resource.version())) {
            return object.shared();
        }
        return KubeObject.of(Conversions.toServed(type.get(), object.unmanaged(), resource.version()));
    }
}
