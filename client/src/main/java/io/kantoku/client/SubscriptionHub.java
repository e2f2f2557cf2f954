package io.kantoku.client;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Merges the subscriptions made before {@link #open} into one per collection; later ones go straight through. Listeners are
 * called in the order in which they subscribed. Used by one thread until it is open.
 */
final class SubscriptionHub implements Clusters {
    private final Clusters clusters;
    private final Map<GroupVersionResource, Shared> pending = new LinkedHashMap<>();
    private boolean open;

    SubscriptionHub(Clusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public KubeClient cluster(ClusterId cluster) {
        return clusters.cluster(cluster);
    }

    @Override
    public Set<ClusterId> ids() {
        return clusters.ids();
    }

    @Override
    public Subscription subscribe(GroupVersionResource resource, ObjectListener listener) {
        if (open) {
            return clusters.subscribe(resource, listener);
        }
        Shared shared = pending.computeIfAbsent(resource, _ -> new Shared());
        shared.listeners.add(listener);
        return () -> shared.leave(listener);
    }

    void open() {
        open = true;
        pending.forEach((resource, shared) -> shared.joined(clusters.subscribe(resource, shared)));
        pending.clear();
    }

    /** One upstream subscription and those it serves; it ends when the last of them leaves. */
    private static final class Shared implements ObjectListener {
        private final List<ObjectListener> listeners = new CopyOnWriteArrayList<>();
        private @Nullable Subscription upstream;

        synchronized void joined(Subscription subscription) {
            upstream = subscription;
        }

        void leave(ObjectListener listener) {
            listeners.remove(listener);
            Subscription last = null;
            synchronized (this) {
                if (listeners.isEmpty()) {
                    last = upstream;
                    upstream = null;
                }
            }
            if (last != null) {
                last.close();
            }
        }

        @Override
        public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
            for (ObjectListener listener : listeners) {
                listener.onPresent(cluster, object, previous);
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            for (ObjectListener listener : listeners) {
                listener.onDeleted(cluster, last);
            }
        }

        @Override
        public void onSynced() {
            listeners.forEach(ObjectListener::onSynced);
        }
    }
}
