package io.kantoku.lab.fabric;

import io.kantoku.lab.NetworkNamespace;
import java.util.List;

/**
 * What a fabric is.
 *
 * @param tag tells instances apart: at most 6 characters, part of every name on the machine
 * @param segments the port groups
 * @param transit two addresses between the host, which has the first one, and the router
 * @param reachable what the host may reach: the virtual IPs
 * @param closed ranges whose packets never leave the fabric, whatever else it may reach
 * @param host the namespace that stands for the host; {@code ""} for the one that this process is in
 * @param outbound whether machines reach what the host reaches, by the host's address of the transit
 */
public record FabricSpec(
        String tag,
        List<Segment> segments,
        Subnet transit,
        List<Subnet> reachable,
        List<Subnet> closed,
        String host,
        boolean outbound) {
    private static final int LONGEST_TAG = 6;
    private static final int LONGEST_HOST = 60;
    private static final int PAIR = 31;

    public FabricSpec {
        Names.name(tag, LONGEST_TAG);
        if (!host.isEmpty()) {
            Names.name(host, LONGEST_HOST);
        }
        segments = List.copyOf(segments);
        reachable = List.copyOf(reachable);
        closed = List.copyOf(closed);
        if (transit.prefix() != PAIR) {
            throw new IllegalArgumentException("the transit needs two addresses, a /31, and not " + transit);
        }
    }

    /** Calls {@code ip} on the host. */
    String hostIp() {
        return host.isEmpty() ? "ip" : "ip -n " + host;
    }

    String namespace() {
        return namespace("fabric");
    }

    String namespace(String machine) {
        return namespace(tag, machine);
    }

    /** The name of a machine's namespace in the fabric with a tag. */
    public static String namespace(String tag, String machine) {
        return "kt-" + tag + "-" + machine;
    }

    /** The host's end of the way to the router. */
    String transitLink() {
        return "kt-" + tag;
    }

    /** The host's table of nftables, which there is only while machines reach the outside. */
    String hostTable() {
        return "kantoku-" + tag;
    }

    /** Words before a command that runs on the host. */
    List<String> onHost() {
        return host.isEmpty() ? List.of() : List.of("nsenter", "--net=" + new NetworkNamespace(host).path(), "--");
    }

    String hostAddress() {
        return transit.address(0);
    }

    String routerAddress() {
        return transit.address(1);
    }

    Segment segment(String name) {
        return segments.stream()
                .filter(segment -> segment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the fabric has no segment " + name));
    }
}
