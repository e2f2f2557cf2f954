package io.kantoku.network;

import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.policy.Policy;
import io.kantoku.network.policy.PolicyPod;
import io.kantoku.network.services.EndpointSlice;
import io.kantoku.network.services.Service;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cluster at one moment, as far as its network goes.
 *
 * @param namespaces labels by name
 */
public record ClusterView(
        Map<NamespacedName, Service> services,
        List<EndpointSlice> slices,
        SortedMap<String, Peer> nodes,
        List<Policy> policies,
        List<PolicyPod> pods,
        Map<String, Map<String, String>> namespaces) {
    /**
     * A node.
     *
     * @param pods its part of the pod range; empty until it has one
     * @param address its internal IPv4 address; empty when unknown
     */
    public record Peer(Optional<Ipv4Range> pods, String address) {}

    /** An empty cluster. */
    public static final ClusterView NOTHING =
            new ClusterView(Map.of(), List.of(), new TreeMap<>(), List.of(), List.of(), Map.of());

    /** The Service that has the cluster IP, if any. */
    public Optional<Service> serviceAt(String clusterIp) {
        return services.values().stream()
                .filter(service -> service.clusterIp().equals(clusterIp))
                .findFirst();
    }

    /** All endpoints of a Service. */
    public Collection<EndpointSlice> slicesOf(NamespacedName service) {
        return slices.stream().filter(slice -> slice.service().equals(service)).toList();
    }
}
