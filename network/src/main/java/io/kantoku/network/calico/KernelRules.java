package io.kantoku.network.calico;

import io.kantoku.network.Attachment;
import io.kantoku.network.NodeState;
import io.kantoku.network.ShortName;
import io.kantoku.network.services.BalancedPort;
import io.kantoku.network.services.BalancedPort.Backend;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The packet filter of a node: balances connections to cluster IPs and node ports, gives a connection the node's address where an answer would
 * not find back, and refuses what no Service takes. Pure; a text for one transaction of {@code nft}.
 *
 * <p>The transaction empties the table's chains and fills them anew, so that it makes the table whatever it was; sets that remember clients
 * keep their elements. Names in it are digests: no name that the API allows gets into the text.
 */
final class KernelRules {
    static final String TABLE = "kantoku-pods";

    /** Marks what gets the node's address. */
    private static final String MARK = "0x00004000";

    private final NodeState state;
    private final StringBuilder declarations = new StringBuilder();
    private final StringBuilder rules = new StringBuilder();
    private final Set<String> names = new LinkedHashSet<>();
    private final List<String> services = new ArrayList<>();
    private final List<String> nodePorts = new ArrayList<>();

    /**
     * A transaction.
     *
     * @param names the chains and sets for Services that it leaves; whatever else begins with {@code svc-}, {@code ext-}, {@code end-} or {@code aff-} is stale
     */
    record Text(String text, Set<String> names) {}

    private KernelRules(NodeState state) {
        this.state = state;
    }

    /**
     * The rules of a state.
     *
     * @param present the chains and sets for Services that are there now
     */
    static Text of(NodeState state, Set<String> present) {
        KernelRules made = new KernelRules(state);
        state.services().forEach(made::balance);
        return new Text(made.text(present), Set.copyOf(made.names));
    }

    /** Whether a chain or set is of the kind that {@link Text#names} lists. */
    static boolean isForService(String name) {
        return name.length() > 4 && List.of("svc-", "ext-", "end-", "aff-").contains(name.substring(0, 4));
    }

    private void balance(BalancedPort port) {
        String[] identity = {
            port.service().toString(), port.portName(), port.protocol().name()
        };
        String protocol = port.protocol().lowerCase();
        if (!port.internal().isEmpty()) {
            String chain = ShortName.of("svc-", identity);
            chain(chain);
            choose(chain, port, port.internal());
            services.add(port.clusterIp() + " . " + protocol + " . " + port.port() + " : goto " + chain);
        }
        if (port.nodePort() > 0 && !port.external().isEmpty()) {
            String chain = ShortName.of("ext-", identity);
            chain(chain);
            if (!port.keepsSource()) {
                rule(chain, "meta mark set meta mark or " + MARK);
            }
            choose(chain, port, port.external());
            nodePorts.add(protocol + " . " + port.nodePort() + " : goto " + chain);
        }
    }

    private void choose(String chain, BalancedPort port, List<Backend> backends) {
        String protocol = "meta l4proto " + port.protocol().lowerCase() + " ";
        if (port.affinitySeconds() == 0) {
            rule(
                    chain,
                    protocol + "dnat ip addr . port to numgen random mod " + backends.size() + " map { "
                            + numbered(
                                    backends.stream().map(KernelRules::target).toList()) + " }");
            return;
        }
        List<String> ends = new ArrayList<>();
        for (Backend backend : backends) {
            String[] identity = {
                port.service().toString(), port.portName(), port.protocol().name(), target(backend)
            };
            String end = ShortName.of("end-", identity);
            String clients = ShortName.of("aff-", identity);
            if (names.add(end)) {
                names.add(clients);
                declarations
                        .append("add set ip " + TABLE + " ")
                        .append(clients)
                        .append(" { type ipv4_addr ; flags dynamic,timeout ; timeout ")
                        .append(port.affinitySeconds())
                        .append("s ; }\nadd chain ip " + TABLE + " ")
                        .append(end)
                        .append('\n');
                rule(end, "update @" + clients + " { ip saddr timeout " + port.affinitySeconds() + "s }");
                rule(end, protocol + "dnat ip to " + backend.address() + ":" + backend.port());
            }
            rule(chain, "ip saddr @" + clients + " goto " + end);
            ends.add("goto " + end);
        }
        rule(chain, "numgen random mod " + ends.size() + " vmap { " + numbered(ends) + " }");
    }

    private static String target(Backend backend) {
        return backend.address() + " . " + backend.port();
    }

    private static String numbered(List<String> values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(i).append(" : ").append(values.get(i));
        }
        return text.toString();
    }

    private void chain(String name) {
        names.add(name);
        declarations.append("add chain ip " + TABLE + " ").append(name).append('\n');
    }

    private void rule(String chain, String rule) {
        rules.append("add rule ip " + TABLE + " ")
                .append(chain)
                .append(' ')
                .append(rule)
                .append('\n');
    }

    private String text(Set<String> present) {
        String range = state.range().toString();
        String all = state.node().clusterPods().toString();
        state.hostPorts().forEach(port -> rule("host-ports", port.rule()));
        rule("prerouting", "jump host-ports");
        rule("output", "jump host-ports");
        rule("prerouting", "ip daddr . meta l4proto . th dport vmap @services");
        rule("prerouting", "fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @node-ports");
        rule("output", "ip daddr . meta l4proto . th dport vmap @services");
        rule("output", "fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @node-ports");
        rule("postrouting", "meta mark & " + MARK + " == " + MARK + " masquerade");
        rule("postrouting", "ct status dnat ip saddr . ip daddr @hairpins masquerade");
        rule("postrouting", "ct status dnat ip saddr 127.0.0.0/8 masquerade");
        rule("postrouting", "oifname \"eth0\" ip saddr " + range + " ip daddr != " + all + " masquerade");
        // A connection is judged when it begins. The node's own are not forwarded, and so reach every pod.
        rule("forward", "ct state established,related accept");
        rule("forward", "iifname \"cali*\" jump egress");
        rule("forward", "oifname \"cali*\" jump ingress");
        rule("local-in", "ct state established,related accept");
        rule("local-in", "iifname \"cali*\" jump egress");
        PolicyRules.of(state.isolation(), this::rule);
        for (String chain : List.of("forward", "local-out")) {
            String unserved = "oifname != \"lo\" ip daddr " + state.node().services() + " ";
            rule(chain, unserved + "meta l4proto tcp reject with tcp reset");
            rule(chain, unserved + "reject");
        }
        String stale = present.stream()
                .filter(name -> !names.contains(name))
                .sorted((a, b) -> b.compareTo(a)) // chains that lead to others first
                .map(name ->
                        "delete " + (name.startsWith("aff-") ? "set" : "chain") + " ip " + TABLE + " " + name + "\n")
                .collect(Collectors.joining());
        return "add table ip " + TABLE + "\n"
                + FIXED
                + "flush table ip " + TABLE + "\n"
                + "flush map ip " + TABLE + " services\n"
                + "flush map ip " + TABLE + " node-ports\n"
                + "flush set ip " + TABLE + " hairpins\n"
                + declarations
                + rules
                + elements("services", services)
                + elements("node-ports", nodePorts)
                + hairpins(state)
                + stale;
    }

    /** The part of the rules that depends on which pods are there and nothing else. */
    static String pods(NodeState state) {
        return "flush set ip " + TABLE + " hairpins\n" + hairpins(state);
    }

    private static String hairpins(NodeState state) {
        return elements(
                "hairpins",
                state.pods().stream()
                        .map(Attachment::address)
                        .map(address -> address + " . " + address)
                        .toList());
    }

    private static String elements(String set, List<String> elements) {
        return elements.isEmpty()
                ? ""
                : "add element ip " + TABLE + " " + set + " { " + String.join(", ", elements) + " }\n";
    }

    private static final String FIXED = """
            add map ip kantoku-pods services { type ipv4_addr . inet_proto . inet_service : verdict ; }
            add map ip kantoku-pods node-ports { type inet_proto . inet_service : verdict ; }
            add set ip kantoku-pods hairpins { type ipv4_addr . ipv4_addr ; }
            add chain ip kantoku-pods prerouting { type nat hook prerouting priority -100 ; }
            add chain ip kantoku-pods output { type nat hook output priority -100 ; }
            add chain ip kantoku-pods postrouting { type nat hook postrouting priority 100 ; }
            add chain ip kantoku-pods forward { type filter hook forward priority 0 ; }
            add chain ip kantoku-pods local-out { type filter hook output priority 0 ; }
            add chain ip kantoku-pods local-in { type filter hook input priority 0 ; }
            add chain ip kantoku-pods host-ports
            add chain ip kantoku-pods egress
            add chain ip kantoku-pods ingress
            """;
}
