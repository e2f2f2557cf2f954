package io.kantoku.apiserver;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.WatchCache;
import io.kantoku.apiserver.rest.Services;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Subscription;
import java.util.Set;
import java.util.function.Supplier;

/** All logical clusters as one identity in this process sees them. */
final class InProcessClusters implements Clusters {
    private final UserInfo user;
    private final Services services;
    private final WatchCache cache;
    private final Supplier<Set<ClusterId>> ids;

    InProcessClusters(UserInfo user, Services services, WatchCache cache, Supplier<Set<ClusterId>> ids) {
        this.user = user;
        this.services = services;
        this.cache = cache;
        this.ids = ids;
    }

    @Override
    public KubeClient cluster(ClusterId cluster) {
        return new InProcessClient(cluster, user, services);
    }

    @Override
    public Set<ClusterId> ids() {
        return ids.get();
    }

    @Override
    public Subscription subscribe(GroupVersionResource resource, ObjectListener listener) {
        return InProcessSubscription.start(cache, services.types(), resource, listener);
    }
}
