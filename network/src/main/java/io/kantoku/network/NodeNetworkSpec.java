package io.kantoku.network;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.lab.NetworkNamespace;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node whose pods are to be connected.
 *
 * @param node the Node's name
 * @param machine the node's own network; it has {@code eth0} with the node's address and a default route
 * @param address the node's IPv4 address
 * @param pods the node's part of the cluster's pod range ({@code Node.spec.podCIDR}); empty to wait for the Node to have it
 * @param clusterPods all pods of the cluster
 * @param services the range of cluster IPs
 * @param domain of the cluster's names: {@code cluster.local}
 * @param directory what is remembered of the node's pods; lasts as long as the machine's disk
 */
public record NodeNetworkSpec(
        Cni cni,
        ClusterId cluster,
        String node,
        NetworkNamespace machine,
        String address,
        Optional<Ipv4Range> pods,
        Ipv4Range clusterPods,
        Ipv4Range services,
        String domain,
        Path directory) {
    private static final int DNS_OFFSET = 10;

    /** The address of the cluster's name server: by convention the tenth of the services' range. */
    public String dnsAddress() {
        return services.at(DNS_OFFSET);
    }
}
