package io.kantoku.loadbalancer.appliance;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * How an appliance and its twin agree on who holds the virtual IPs.
 *
 * @param preferred whether this one takes them when both start at once; exactly one of the two is
 * @param listen where it hears the other: an address on each network
 * @param peers where the other listens: an address on each network
 */
public record PairSpec(boolean preferred, List<InetSocketAddress> listen, List<InetSocketAddress> peers) {
    public static final int PORT = 5557;

    public PairSpec {
        listen = List.copyOf(listen);
        peers = List.copyOf(peers);
        if (listen.isEmpty() || peers.isEmpty()) {
            throw new IllegalArgumentException("a pair needs at least one network on which both hear each other");
        }
    }
}
