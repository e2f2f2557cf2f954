package io.kantoku.controllers.nodes;

import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The /24 blocks of a cluster's IPv4 pod network and the nodes that have them. Guarded by itself.
 *
 * <p>A block that a node names but that is not one of the network's is left alone.
 */
final class PodNetworks {
    private static final int BLOCK_BITS = 8;

    private final long base;
    private final int size;
    private final BitSet used = new BitSet();
    private final Map<String, Integer> byNode = new HashMap<>();

    /** @throws IllegalArgumentException when the text is not an IPv4 network of at least one /24 */
    PodNetworks(String cidr) {
        int slash = cidr.indexOf('/');
        int prefix = slash < 0 ? -1 : Integer.parseInt(cidr.substring(slash + 1));
        if (prefix < 8 || prefix > 24) {
            throw new IllegalArgumentException("the pod network must be an IPv4 network between /8 and /24: " + cidr);
        }
        base = address(cidr.substring(0, slash)) & -(1L << (32 - prefix));
        size = 1 << (24 - prefix);
    }

    /** The node's block, a new one if it has none; empty when all are taken. */
    synchronized Optional<String> allocate(String node) {
        Integer own = byNode.get(node);
        if (own != null) {
            return Optional.of(text(own));
        }
        int free = used.nextClearBit(0);
        if (free >= size) {
            return Optional.empty();
        }
        take(node, free);
        return Optional.of(text(free));
    }

    /** Notes the block that a node has. */
    synchronized void occupy(String node, String cidr) {
        int slash = cidr.indexOf('/');
        if (slash > 0 && cidr.endsWith("/24") && cidr.indexOf(':') < 0) {
            long index = (address(cidr.substring(0, slash)) - base) >> BLOCK_BITS;
            if (index >= 0 && index < size) {
                take(node, (int) index);
            }
        }
    }

    synchronized void release(String node) {
        Integer index = byNode.remove(node);
        if (index != null && !byNode.containsValue(index)) {
            used.clear(index);
        }
    }

    private void take(String node, int index) {
        Integer before = byNode.get(node);
        if (before != null && before != index) {
            release(node);
        }
        byNode.put(node, index);
        used.set(index);
    }

    private String text(int index) {
        long address = base + ((long) index << BLOCK_BITS);
        return ((address >> 24) & 255) + "." + ((address >> 16) & 255) + "." + ((address >> 8) & 255) + ".0/24";
    }

    private static long address(String text) {
        long value = 0;
        for (byte part : InetAddress.ofLiteral(text).getAddress()) {
            value = (value << 8) | (part & 255);
        }
        return value;
    }
}
