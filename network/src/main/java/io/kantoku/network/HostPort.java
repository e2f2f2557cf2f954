package io.kantoku.network;

import io.kantoku.network.services.Protocol;

/**
 * A port of a node that leads to a pod on it.
 *
 * @param hostAddress the node's address that has it; empty for all of them
 * @param address the pod's
 * @param target the pod's port
 */
public record HostPort(Protocol protocol, String hostAddress, int port, String address, int target) {
    /** The packet filter's rule for it. */
    public String rule() {
        return "fib daddr type local "
                + (hostAddress.isEmpty() ? "" : "ip daddr " + hostAddress + " ")
                + protocol.lowerCase() + " dport " + port + " dnat to " + address + ":" + target;
    }
}
