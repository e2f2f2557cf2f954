package io.kantoku.network;

import io.kantoku.network.policy.Isolation;
import io.kantoku.network.services.BalancedPort;
import java.util.List;
import java.util.SortedMap;

/**
 * What a node's network is to do.
 *
 * @param pods those that are connected, in a stable order
 * @param services in a stable order
 * @param peers the addresses of the cluster's other nodes by the part of the pod range that they have
 * @param hostPorts ports of the node that lead to its pods
 * @param isolation what policies forbid and allow
 * @param answersNames whether the node itself answers at the address of the cluster's name server
 */
public record NodeState(
        NodeNetworkSpec node,
        Ipv4Range range,
        List<Attachment> pods,
        List<BalancedPort> services,
        SortedMap<String, String> peers,
        List<HostPort> hostPorts,
        Isolation isolation,
        boolean answersNames) {
    public NodeState {
        pods = List.copyOf(pods);
        services = List.copyOf(services);
        hostPorts = List.copyOf(hostPorts);
    }

    /** The node's own address among its pods, their next hop: the first of the range. */
    public String gateway() {
        return range.at(1);
    }
}
