package io.kantoku.lab.fabric;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shell scripts that make a fabric and its machines. Pure; every word in them has passed {@link Names} or {@link Subnet}.
 *
 * <p>The last thing that a script does to a namespace is to mark its loopback interface as {@value #READY}: a namespace without the
 * mark was left half made.
 */
final class Scripts {
    static final String READY = "kantoku-ready";

    /** Marks the host's routes as ours. */
    static final int PROTOCOL = 75;

    private static final int FIRST_TABLE = 100;

    private Scripts() {}

    static String fabric(FabricSpec spec) {
        List<String> ip = new ArrayList<>(List.of("link set lo up"));
        for (Segment segment : spec.segments()) {
            ip.add("link add " + segment.bridge() + " type bridge forward_delay 0 mcast_snooping 0");
            ip.add("addr add " + segment.gateway() + "/" + segment.subnet().prefix() + " dev " + segment.bridge());
            ip.add("link set " + segment.bridge() + " up");
        }
        ip.add("addr add " + spec.routerAddress() + "/31 dev outside");
        ip.add("link set outside up");
        spec.closed().forEach(range -> ip.add("route add blackhole " + range + " metric 9000"));
        return "ip netns add " + spec.namespace() + "\n"
                + spec.hostIp() + " link add " + spec.transitLink() + " type veth peer name outside netns "
                + spec.namespace() + "\n"
                + inside(spec.namespace(), settings(true) + batch(ip) + border(spec) + ready())
                + spec.hostIp() + " addr add " + spec.hostAddress() + "/31 dev " + spec.transitLink() + "\n"
                + spec.hostIp() + " link set " + spec.transitLink() + " up\n";
    }

    /** Closes or opens the router towards the host, whatever it was before. */
    static String outbound(FabricSpec spec) {
        return inside(spec.namespace(), border(spec));
    }

    private static String border(FabricSpec spec) {
        String route = spec.outbound()
                ? "ip route replace default via " + spec.hostAddress() + "\n"
                : "ip route del default 2>/dev/null || true\n";
        return route + feed("nft -f -", "table ip kantoku\ndelete table ip kantoku\n" + filter(spec));
    }

    /**
     * What the host does with packets that the router sends out: they leave with the host's own address or not at all. The
     * transit's addresses are the only ones of the lab that the router lets through.
     */
    static String hostFilter(FabricSpec spec) {
        String closed = spec.closed().isEmpty()
                ? ""
                : "iifname \"" + spec.transitLink() + "\" ip daddr { "
                        + spec.closed().stream().map(Subnet::toString).collect(Collectors.joining(", ")) + " } drop";
        return """
                table ip %1$s
                delete table ip %1$s
                table ip %1$s {
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    iifname "%2$s" ip saddr != %3$s drop
                    iifname "%2$s" ct state invalid drop
                    %4$s
                  }
                  chain leave {
                    type nat hook postrouting priority 100; policy accept;
                    ip saddr %3$s oifname != "%2$s" masquerade
                  }
                  chain guard {
                    type filter hook postrouting priority 200; policy accept;
                    ip saddr %5$s oifname != { "%2$s", "lo" } drop
                  }
                }
                """.formatted(spec.hostTable(), spec.transitLink(), spec.routerAddress(), closed, spec.transit());
    }

    /** The host's routes to what it may reach. */
    static String hostRoute(FabricSpec spec, Subnet range) {
        return spec.hostIp() + " route replace " + range + " via " + spec.routerAddress() + " dev " + spec.transitLink()
                + " proto " + PROTOCOL + "\n";
    }

    /** Lets the host reach a further range. */
    static String reachable(FabricSpec spec, Subnet range) {
        return inside(spec.namespace(), feed("nft -f -", "add element ip kantoku reachable { " + range + " }\n"))
                + hostRoute(spec, range);
    }

    /** A range that is behind a machine, as virtual IPs outside all segments are. */
    static String behind(FabricSpec spec, Subnet range, String address) {
        return "ip -n " + spec.namespace() + " route replace " + range + " via " + Names.address(address) + "\n";
    }

    /** What the host may reach, and what machines may reach beyond the router. */
    private static String filter(FabricSpec spec) {
        String reachable = spec.reachable().stream().map(Subnet::toString).collect(Collectors.joining(", "));
        String beyond = spec.outbound() ? "accept" : "ct state established,related accept";
        String elements = reachable.isEmpty() ? "" : "elements = { " + reachable + " }";
        String leave = spec.outbound() ? masquerade(spec) : "";
        return """
                table ip kantoku {
                  set reachable { type ipv4_addr; flags interval; auto-merge; %s }
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    ct state established,related accept
                    iifname "outside" ip daddr @reachable accept
                    iifname "outside" reject with icmp type admin-prohibited
                    oifname "outside" %s
                    oifname "outside" reject with icmp type net-unreachable
                  }
                  chain input {
                    type filter hook input priority 0; policy accept;
                    iifname "outside" ct state new drop
                  }
                %s}
                """.formatted(elements, beyond, leave);
    }

    /** The guard sees packets as they leave: what conntrack does not know is not masqueraded, and must not go. */
    private static String masquerade(FabricSpec spec) {
        return """
                  chain leave {
                    type nat hook postrouting priority 100; policy accept;
                    oifname "outside" masquerade
                  }
                  chain guard {
                    type filter hook postrouting priority 200; policy accept;
                    oifname "outside" ct state invalid drop
                    oifname "outside" ct direction original ip saddr != %s drop
                  }
                """.formatted(spec.routerAddress());
    }

    static String machine(FabricSpec spec, Wiring wiring) {
        String namespace = spec.namespace(wiring.machine());
        List<String> switchSide = new ArrayList<>();
        List<String> own = new ArrayList<>(List.of("link set lo up"));
        List<String> rules = new ArrayList<>();
        boolean hasDefault = false;
        for (int i = 0; i < wiring.ports().size(); i++) {
            Port port = wiring.ports().get(i);
            switchSide.add("link add " + wiring.link(i) + " type veth peer name " + port.name() + " address "
                    + port.mac() + " netns " + namespace);
            switchSide.add("link set " + wiring.link(i) + " master "
                    + spec.segment(port.segment()).bridge() + " up");
            own.add("addr add " + port.address() + " dev " + port.name());
            own.add("link set " + port.name() + " up");
            if (port.gateway().isEmpty()) {
                continue;
            }
            if (!hasDefault) {
                own.add("route add default via " + port.gateway() + " dev " + port.name());
                hasDefault = true;
            } else { // replies leave by the card that the request came in on
                int table = FIRST_TABLE + i;
                rules.add("route add default via " + port.gateway() + " dev " + port.name() + " table " + table);
                rules.add("rule add from " + port.plainAddress() + " lookup " + table);
            }
        }
        own.addAll(rules);
        return "ip netns add " + namespace + "\n"
                + feed("ip -n " + spec.namespace() + " -batch -", String.join("\n", switchSide) + "\n")
                + inside(namespace, settings(false) + batch(own) + ready());
    }

    static String removeMachine(FabricSpec spec, Wiring wiring) {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < wiring.ports().size(); i++) { // at once; with the namespace alone it would be later
            script.append("ip -n ")
                    .append(spec.namespace())
                    .append(" link del ")
                    .append(wiring.link(i))
                    .append(" 2>/dev/null || true\n");
        }
        return script + "ip netns del " + spec.namespace(wiring.machine()) + "\n";
    }

    /** A namespace decides for itself what it would inherit from the host. */
    private static String settings(boolean forwards) {
        return "cd /proc/sys/net\n"
                + "echo " + (forwards ? 1 : 0) + " >ipv4/ip_forward\n"
                + "for scope in all default; do\n"
                + "  echo 0 >ipv4/conf/$scope/rp_filter\n"
                + "  echo 0 >ipv4/conf/$scope/accept_redirects\n"
                + "  echo 0 >ipv4/conf/$scope/send_redirects\n"
                + "  [ ! -e ipv6/conf/$scope/disable_ipv6 ] || echo 1 >ipv6/conf/$scope/disable_ipv6\n"
                + "done\n"
                + "[ ! -e bridge/bridge-nf-call-iptables ] || echo 0 >bridge/bridge-nf-call-iptables\n"
                + "echo 0 >ipv4/ip_unprivileged_port_start\n";
    }

    private static String ready() {
        return "ip link set lo alias " + READY + "\n";
    }

    private static String batch(List<String> lines) {
        return feed("ip -batch -", String.join("\n", lines) + "\n");
    }

    private static String inside(String namespace, String script) {
        return feed("nsenter --net=/run/netns/" + namespace + " sh -e", script);
    }

    /** A here-document; each depth of nesting has its own end. */
    private static String feed(String command, String text) {
        String end = "END";
        while (text.contains(end)) {
            end += "D";
        }
        return command + " <<'" + end + "'\n" + text + end + "\n";
    }
}
