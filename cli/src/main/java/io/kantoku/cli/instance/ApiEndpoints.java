package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the endpoints of each cluster's Service {@code default/kubernetes} in step with the API servers that listen. */
final class ApiEndpoints {
    private static final NamespacedName NAME = new NamespacedName("default", "kubernetes");
    private static final int PORT = 6443;

    private final Map<ClusterId, SortedSet<String>> listening = new ConcurrentHashMap<>();

    void add(Clusters clusters, ClusterId cluster, String address) {
        SortedSet<String> addresses = listening.computeIfAbsent(cluster, any -> new TreeSet<>());
        synchronized (addresses) {
            addresses.add(address);
            write(clusters, cluster, addresses);
        }
    }

    void remove(Clusters clusters, ClusterId cluster, String address) {
        SortedSet<String> addresses = listening.getOrDefault(cluster, new TreeSet<>());
        synchronized (addresses) {
            addresses.remove(address);
            if (clusters.ids().contains(cluster)) {
                write(clusters, cluster, addresses);
            }
        }
    }

    private static void write(Clusters clusters, ClusterId cluster, SortedSet<String> addresses) {
        KubeClient client = clusters.cluster(cluster);
        Optional<KubeObject> present = client.find(Resources.ENDPOINTS, NAME);
        KubeObject endpoints = present.orElseGet(
                () -> KubeObject.create(new GroupVersionKind("", "v1", "Endpoints"), NAME.namespace(), NAME.name()));
        endpoints.label("endpointslice.kubernetes.io/skip-mirror", "false");
        ArrayNode subsets = endpoints.json().putArray("subsets");
        if (!addresses.isEmpty()) {
            ObjectNode subset = subsets.addObject();
            ArrayNode list = subset.putArray("addresses");
            addresses.forEach(address -> list.addObject().put("ip", address));
            subset.putArray("ports")
                    .addObject()
                    .put("name", "https")
                    .put("port", PORT)
                    .put("protocol", "TCP");
        }
        try {
            if (present.isPresent()) {
                endpoints.metadata().remove("resourceVersion");
                client.update(Resources.ENDPOINTS, endpoints);
            } else {
                client.create(Resources.ENDPOINTS, endpoints);
            }
        } catch (ApiException e) {
            if (!e.isNotFound()) { // the cluster is being deleted
                throw e;
            }
        }
    }
}
