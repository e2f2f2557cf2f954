package io.kantoku.controllers;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Subscription;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to each custom resource that any cluster defines, once for all clusters, while at least one does. Told of
 * definitions as their listener.
 */
final class CustomResourceFeed implements ObjectListener, AutoCloseable {
    private final Clusters clusters;
    private final Executor executor;
    private final Function<ApiResource, ObjectListener> listeners;
    private final Map<GroupVersionResource, Feed> feeds = new HashMap<>();
    private boolean closed;

    /** {@code listeners} makes the listener of a resource. Subscriptions are made on the executor, not on the caller's thread. */
    CustomResourceFeed(Clusters clusters, Executor executor, Function<ApiResource, ObjectListener> listeners) {
        this.clusters = clusters;
        this.executor = executor;
        this.listeners = listeners;
    }

    @Override
    public void onPresent(ClusterId cluster, KubeObject definition, @Nullable KubeObject previous) {
        ApiResource before =
                previous == null ? null : ResourceCatalog.resource(previous).orElse(null);
        ApiResource now = ResourceCatalog.resource(definition).orElse(null);
        if (before != null && !before.equals(now)) {
            leave(cluster, before);
        }
        if (now != null) {
            join(cluster, now);
        }
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject definition) {
        ResourceCatalog.resource(definition).ifPresent(resource -> leave(cluster, resource));
    }

    @Override
    public synchronized void close() {
        closed = true;
        feeds.values().forEach(Feed::close);
        feeds.clear();
    }

    private synchronized void join(ClusterId cluster, ApiResource resource) {
        if (closed) {
            return;
        }
        Feed feed = feeds.get(resource.resource());
        if (feed == null) {
            Feed created = new Feed();
            feeds.put(resource.resource(), created);
            executor.execute(() -> created.opened(clusters.subscribe(resource.resource(), listeners.apply(resource))));
            feed = created;
        }
        feed.clusters.add(cluster);
    }

    private void leave(ClusterId cluster, ApiResource resource) {
        Feed last = null;
        synchronized (this) {
            Feed feed = feeds.get(resource.resource());
            if (feed != null && feed.clusters.remove(cluster) && feed.clusters.isEmpty()) {
                last = feeds.remove(resource.resource());
            }
        }
        if (last != null) {
            executor.execute(last::close);
        }
    }

    private static final class Feed {
        final Set<ClusterId> clusters = new HashSet<>();
        private @Nullable Subscription subscription;
        private boolean closed;

        void opened(Subscription opened) {
            boolean late;
            synchronized (this) {
                late = closed;
                subscription = opened;
            }
            if (late) {
                opened.close();
            }
        }

        void close() {
            Subscription open;
            synchronized (this) {
                closed = true;
                open = subscription;
            }
            if (open != null) {
                open.close();
            }
        }
    }
}
