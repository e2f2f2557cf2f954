package io.kantoku.network.antrea;

import io.kantoku.network.HostPort;
import io.kantoku.network.NodeState;
import io.kantoku.network.services.BalancedPort;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the packet filter of a node's machine does for its pods: sends what reaches a node port into the bridge, gives pods the node's address where they leave
 * the cluster, and refuses what the bridge gives back because no Service has endpoints for it. Pure.
 */
final class NodeRules {
    static final String TABLE = "kantoku-pods";
    static final String GATEWAY = "antrea-gw0";

    private NodeRules() {}

    /** The whole table, to replace whatever is there in one step. */
    static String of(NodeState state) {
        Set<String> all = new TreeSet<>();
        Set<String> keepSource = new TreeSet<>();
        for (BalancedPort port : state.services()) {
            if (port.nodePort() > 0 && !port.external().isEmpty()) {
                String element = port.protocol().lowerCase() + " . " + port.nodePort();
                all.add(element);
                if (port.keepsSource()) {
                    keepSource.add(element);
                }
            }
        }
        return """
                table ip %1$s {
                }
                delete table ip %1$s
                table ip %1$s {
                  set node-ports {
                    type inet_proto . inet_service
                    %2$s
                  }
                  set keep-source {
                    type inet_proto . inet_service
                    %3$s
                  }
                  chain host-ports {
                    %9$s
                  }
                  chain prerouting {
                    type nat hook prerouting priority dstnat
                    jump host-ports
                    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport @node-ports dnat to %4$s
                  }
                  chain output {
                    type nat hook output priority -100
                    jump host-ports
                    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport @node-ports dnat to %4$s
                  }
                  chain postrouting {
                    type nat hook postrouting priority srcnat
                    oifname "%5$s" ip daddr %4$s meta l4proto . th dport @keep-source return
                    oifname "%5$s" ip daddr %4$s masquerade
                    oifname "%5$s" ct status dnat ip saddr { %6$s, 127.0.0.0/8 } masquerade
                    oifname != { "%5$s", "lo" } ip saddr { %6$s, %7$s } masquerade
                  }
                  chain forward {
                    type filter hook forward priority filter
                    iifname "%5$s" ip daddr %8$s meta l4proto tcp reject with tcp reset
                    iifname "%5$s" ip daddr %8$s reject
                  }
                }
                """.formatted(
                        TABLE,
                        elements(all),
                        elements(keepSource),
                        Pipeline.NODE_PORT_ADDRESS,
                        GATEWAY,
                        state.range(),
                        Pipeline.VIRTUAL_ADDRESS,
                        state.node().services(),
                        state.hostPorts().stream().map(HostPort::rule).collect(Collectors.joining("\n    ")));
    }

    private static String elements(Set<String> elements) {
        return elements.isEmpty() ? "" : elements.stream().collect(Collectors.joining(", ", "elements = { ", " }"));
    }
}
