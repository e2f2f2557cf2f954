package io.kantoku.loadbalancer;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Who may come to a virtual server, and how connections find their server.
 *
 * @param sources the networks whose clients may come, {@code 10.0.0.0/8}; all may when empty
 * @param sticky whether all connections of a client go to the same server
 * @param healthPort where servers tell over HTTP whether they want connections; 0 when being reachable is enough
 * @param proxyProtocol whether servers are told the client's address, by a header of the PROXY protocol, version 2
 */
public record TrafficPolicy(List<String> sources, boolean sticky, int healthPort, boolean proxyProtocol) {
    private static final Pattern NETWORK =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}|[0-9a-fA-F:]+/[0-9]{1,3}");

    /** Everybody may come, to any server that can be reached. */
    public static final TrafficPolicy OPEN = new TrafficPolicy(List.of(), false, 0, false);

    public TrafficPolicy {
        sources = sources.stream().distinct().sorted().toList();
        for (String network : sources) {
            if (!NETWORK.matcher(network).matches()) {
                throw new IllegalArgumentException("\"" + network + "\" is not a network such as 10.0.0.0/8");
            }
        }
        if (healthPort < 0 || healthPort > 65535) {
            throw new IllegalArgumentException("health port " + healthPort + " is not between 0 and 65535");
        }
    }
}
