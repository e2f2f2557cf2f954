package io.kantoku.network;

import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.services.EndpointSlice;
import io.kantoku.network.services.Service;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A cluster at one moment, as far as its network goes. */
public record ClusterView(
        Map<NamespacedName, Service> services, List<EndpointSlice> slices, SortedMap<String, Peer> nodes) {
    /**
     * A node.
     *
     * @param pods its part of the pod range; empty until it has one
     * @param address its internal IPv4 address; empty when unknown
     */
    public record Peer(Optional<Ipv4Range> pods, String address) {}

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
