package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.ApiServer;
import io.kantoku.client.Clusters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the endpoints of each cluster's Service {@code default/kubernetes} in step with the API servers that listen. */
final class ApiEndpoints {
    private static final int PORT = 6443;

    private final ApiServer engine;
    private final Clusters clusters;
    private final Map<ClusterId, SortedSet<String>> listening = new ConcurrentHashMap<>();

    ApiEndpoints(ApiServer engine, Clusters clusters) {
        this.engine = engine;
        this.clusters = clusters;
    }

    void add(ClusterId cluster, String address) {
        SortedSet<String> addresses = listening.computeIfAbsent(cluster, any -> new TreeSet<>());
        synchronized (addresses) {
            addresses.add(address);
            write(cluster, addresses);
        }
    }

    void remove(ClusterId cluster, String address) {
        SortedSet<String> addresses = listening.getOrDefault(cluster, new TreeSet<>());
        synchronized (addresses) {
            addresses.remove(address);
            if (clusters.ids().contains(cluster)) {
                write(cluster, addresses);
            }
        }
    }

    private void write(ClusterId cluster, SortedSet<String> addresses) {
        try {
            engine.publishAddresses(
                    cluster,
                    addresses.stream()
                            .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), PORT))
                            .toList());
        } catch (ApiException e) {
            if (!e.isNotFound()) { // the cluster is being deleted
                throw e;
            }
        }
    }
}
