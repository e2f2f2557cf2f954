package io.kantoku.network.services;

import io.kantoku.apimachinery.NamespacedName;
import java.util.List;

/**
 * One port of a Service on one node, with those who take its connections.
 *
 * @param portName empty when it is the Service's only one
 * @param nodePort 0 for none
 * @param internal who takes connections to the cluster IP; empty: they are refused
 * @param external who takes connections to the node port
 * @param keepsSource whether connections to the node port keep their source
 * @param affinitySeconds 0 without affinity
 */
public record BalancedPort(
        NamespacedName service,
        String portName,
        Protocol protocol,
        String clusterIp,
        int port,
        int nodePort,
        List<Backend> internal,
        List<Backend> external,
        boolean keepsSource,
        int affinitySeconds) {
    /** An address that takes connections. */
    public record Backend(String address, int port) implements Comparable<Backend> {
        @Override
        public int compareTo(Backend other) {
            int byAddress = address.compareTo(other.address);
            return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
        }
    }

    public BalancedPort {
        internal = List.copyOf(internal);
        external = List.copyOf(external);
    }
}
