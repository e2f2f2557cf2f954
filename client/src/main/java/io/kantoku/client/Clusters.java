package io.kantoku.client;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import java.util.Set;

/** Access to many logical clusters at once, for controllers that run once for all of them. */
public interface Clusters {
    /** A client for one cluster with this controller's identity. */
    KubeClient cluster(ClusterId cluster);

    /** The clusters that exist now. */
    Set<ClusterId> ids();

    /**
     * Delivers every object of a collection, of all clusters, and then every change, until closed. An object that existed
     * before is delivered as added; per object the order is that of its versions. A collection that is not served yet (a custom
     * resource) is delivered once it is. The listener is called by one thread at a time, not the caller's, and must not block
     * for long: it puts keys into a queue.
     */
    Subscription subscribe(GroupVersionResource resource, ObjectListener listener);
}
