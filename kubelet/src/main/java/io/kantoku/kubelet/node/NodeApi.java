package io.kantoku.kubelet.node;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.HttpClusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Subscription;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.fleet.NodeSpec;
import org.jspecify.annotations.Nullable;

/** A node's access to the API of its cluster, with the node's identity. Thread-safe. */
public interface NodeApi {
    KubeClient client();

    /** Delivers the objects that the query selects, and every change of them, until closed; as {@link Clusters#subscribe}. */
    Subscription watch(GroupVersionResource resource, Query query, ObjectListener listener);

    /** Makes the access of a node that joins. */
    @FunctionalInterface
    interface Source {
        NodeApi open(NodeSpec spec, NodePlace place);
    }

    /** Over HTTP; the server selects. */
    static NodeApi over(ClusterId cluster, HttpClusters http) {
        return new NodeApi() {
            @Override
            public KubeClient client() {
                return http.cluster(cluster);
            }

            @Override
            public Subscription watch(GroupVersionResource resource, Query query, ObjectListener listener) {
                return http.subscribe(resource, query, listener);
            }
        };
    }

    /** Within the process; a query selects by namespace and by one field at most. */
    static NodeApi within(ClusterId cluster, Clusters clusters) {
        return new NodeApi() {
            @Override
            public KubeClient client() {
                return clusters.cluster(cluster);
            }

            @Override
            public Subscription watch(GroupVersionResource resource, Query query, ObjectListener listener) {
                return clusters.subscribe(resource, new Selected(cluster, query, listener));
            }
        };
    }

    /** Passes on what a query selects. */
    record Selected(ClusterId wanted, Query query, ObjectListener listener) implements ObjectListener {
        @Override
        public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
            if (selects(cluster, object)) {
                boolean known = previous != null && selects(cluster, previous);
                listener.onPresent(cluster, object, known ? previous : null);
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            if (selects(cluster, last)) {
                listener.onDeleted(cluster, last);
            }
        }

        @Override
        public void onSynced() {
            listener.onSynced();
        }

        private boolean selects(ClusterId cluster, KubeObject object) {
            String[] field = query.fieldSelector().split("=", 2);
            return cluster.equals(wanted)
                    && (query.namespace().isEmpty() || query.namespace().equals(object.namespace()))
                    && (field.length < 2
                            || object.text(field[0].split("\\.", -1)).equals(field[1]));
        }
    }
}
