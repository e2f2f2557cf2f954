package io.kantoku.network.policy;

import io.kantoku.network.Ipv4Range;
import io.kantoku.network.services.Protocol;
import java.util.List;
import java.util.SortedSet;

/**
 * What policies mean on one node.
 *
 * @param ingress addresses of pods that only {@link #rules} let others reach
 * @param egress addresses of pods that reach only what rules let them
 */
public record Isolation(SortedSet<String> ingress, SortedSet<String> egress, List<Rule> rules) {
    public Isolation {
        rules = List.copyOf(rules);
    }

    /** Nobody is isolated. */
    public static final Isolation NONE =
            new Isolation(java.util.Collections.emptySortedSet(), java.util.Collections.emptySortedSet(), List.of());

    /** Which way a connection begins. */
    public enum Direction {
        INGRESS,
        EGRESS
    }

    /**
     * Something that is let through.
     *
     * @param id names it, the same for the same policy's rule as long as it is there
     * @param pods addresses on this node that it is about
     * @param everybody whether any peer will do; otherwise one of {@code peers}
     * @param ports none for all
     */
    public record Rule(
            String id,
            Direction direction,
            SortedSet<String> pods,
            boolean everybody,
            List<Ipv4Range> peers,
            List<Ports> ports) {
        public Rule {
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
        }
    }

    /** Ports of a protocol; {@code first} is 0 for all of them. */
    public record Ports(Protocol protocol, int first, int last) implements Comparable<Ports> {
        @Override
        public int compareTo(Ports other) {
            int byProtocol = protocol.compareTo(other.protocol);
            int byFirst = Integer.compare(first, other.first);
            return byProtocol != 0 ? byProtocol : byFirst != 0 ? byFirst : Integer.compare(last, other.last);
        }
    }
}
