package io.kantoku.kubelet.node;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Subscription;
import java.util.Set;

/** The one cluster that a node knows, for what serves many. */
record OneCluster(ClusterId id, NodeApi api) implements Clusters {
    @Override
    public KubeClient cluster(ClusterId cluster) {
        if (!cluster.equals(id)) {
            throw ApiException.notFound(new GroupResource("kantoku.io", "clusters"), cluster.value());
        }
        return api.client();
    }

    @Override
    public Set<ClusterId> ids() {
        return Set.of(id);
    }

    @Override
    public Subscription subscribe(GroupVersionResource resource, ObjectListener listener) {
        return api.watch(resource, Query.all(), listener);
    }
}
