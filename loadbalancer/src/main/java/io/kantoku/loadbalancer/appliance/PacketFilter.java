package io.kantoku.loadbalancer.appliance;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The orders for {@code nft} that hand virtual IPs to HAProxy. Pure.
 *
 * <p>What is served is elements of sets; the rules never change. A connection to a port that is in no set meets no listener, and
 * the kernel refuses it. An address without any port is not answered for: the question who has it is dropped.
 */
final class PacketFilter {
    static final String TABLE = "kantoku_lb";

    private PacketFilter() {}

    /**
     * What is served.
     *
     * @param ports that lead to the one listener, with the networks whose clients may come; all may when there are none
     * @param addresses that are answered for, those with listeners of their own included
     */
    record Served(Map<VipPort, List<Cidr>> ports, Set<String> addresses) {
        static final Served NOTHING = new Served(Map.of(), Set.of());

        Served {
            ports = Map.copyOf(ports);
            addresses = Set.copyOf(addresses);
        }

        /** What both have. */
        Served intersect(Served other) {
            Map<VipPort, List<Cidr>> common = new TreeMap<>(ports);
            common.keySet().retainAll(other.ports.keySet());
            Set<String> both = new TreeSet<>(addresses);
            both.retainAll(other.addresses);
            return new Served(common, both);
        }
    }

    /**
     * Makes the tables, empty, in place of any of that name.
     *
     * @param ranges what the appliance may answer for
     */
    static String tables(Interception interception, List<Cidr> ranges) {
        String served = "ip daddr . tcp dport @ports";
        String chains = switch (interception) {
            case NONE -> "";
            case TPROXY -> """
                              chain prerouting {
                                type filter hook prerouting priority mangle; policy accept;
                                %1$s ip daddr . tcp dport @restricted ip daddr . tcp dport . ip saddr != @allowed drop
                                %1$s tproxy to 127.0.0.1:%2$d accept
                              }
                            """.formatted(served, Interception.PORT);
            case REDIRECT -> """
                              chain guard {
                                type filter hook prerouting priority mangle; policy accept;
                                %1$s ip daddr . tcp dport @restricted ip daddr . tcp dport . ip saddr != @allowed drop
                              }
                              chain prerouting {
                                type nat hook prerouting priority dstnat; policy accept;
                                %1$s redirect to :%2$d
                              }
                              chain output {
                                type nat hook output priority -100; policy accept;
                                %1$s redirect to :%2$d
                              }
                            """.formatted(served, Interception.PORT);
        };
        return """
                %1$stable ip %2$s {
                  set ports { type ipv4_addr . inet_service; }
                  set restricted { type ipv4_addr . inet_service; }
                  set allowed { type ipv4_addr . inet_service . ipv4_addr; flags interval; }
                %3$s}
                table arp %2$s {
                  set addresses { type ipv4_addr; }
                  chain input {
                    type filter hook input priority filter; policy accept;
                    arp operation request arp daddr ip { %4$s } arp daddr ip != @addresses drop
                  }
                }
                """.formatted(
                remove(), TABLE, chains, ranges.stream().map(Cidr::toString).collect(Collectors.joining(", ")));
    }

    /**
     * Lets no new connection to the ranges in; those that are there go on. Nothing is answered, so that clients ask again, and meet
     * whoever has the addresses then.
     */
    static String closing(List<Cidr> ranges) {
        return """
                table ip %1$s {
                  chain closing {
                    type filter hook prerouting priority raw; policy accept;
                    ip daddr { %2$s } tcp flags & (syn | ack) == syn drop
                  }
                }
                """.formatted(TABLE, ranges.stream().map(Cidr::toString).collect(Collectors.joining(", ")));
    }

    /** Removes the tables, whether they are there or not. */
    static String remove() {
        return """
                table ip %1$s
                delete table ip %1$s
                table arp %1$s
                delete table arp %1$s
                """.formatted(TABLE);
    }

    /**
     * What turns one state into another; empty when both are the same.
     */
    static String change(Served before, Served after) {
        StringBuilder orders = new StringBuilder();
        SortedMap<VipPort, List<Cidr>> gone = without(before.ports(), after.ports());
        SortedMap<VipPort, List<Cidr>> come = without(after.ports(), before.ports());
        Set<String> addressesBefore = before.addresses();
        Set<String> addressesAfter = after.addresses();
        // first what goes: an element must not be there twice
        elements(
                orders,
                "delete",
                "ip",
                "ports",
                gone.keySet().stream().map(PacketFilter::key).toList());
        elements(orders, "delete", "ip", "restricted", restricted(gone));
        elements(orders, "delete", "ip", "allowed", allowed(gone));
        elements(orders, "delete", "arp", "addresses", without(addressesBefore, addressesAfter));
        elements(orders, "add", "ip", "allowed", allowed(come));
        elements(orders, "add", "ip", "restricted", restricted(come));
        elements(
                orders,
                "add",
                "ip",
                "ports",
                come.keySet().stream().map(PacketFilter::key).toList());
        elements(orders, "add", "arp", "addresses", without(addressesAfter, addressesBefore));
        return orders.toString();
    }

    private static String key(VipPort port) {
        return port.address() + " . " + port.port();
    }

    private static List<String> restricted(SortedMap<VipPort, List<Cidr>> ports) {
        return ports.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .map(e -> key(e.getKey()))
                .toList();
    }

    private static List<String> allowed(SortedMap<VipPort, List<Cidr>> ports) {
        return ports.entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(from -> key(e.getKey()) + " . " + from))
                .toList();
    }

    private static SortedMap<VipPort, List<Cidr>> without(
            Map<VipPort, List<Cidr>> all, Map<VipPort, List<Cidr>> others) {
        SortedMap<VipPort, List<Cidr>> different = new TreeMap<>();
        all.forEach((port, from) -> {
            if (!from.equals(others.get(port))) {
                different.put(port, from);
            }
        });
        return different;
    }

    private static List<String> without(Set<String> all, Set<String> others) {
        return all.stream().filter(one -> !others.contains(one)).sorted().toList();
    }

    private static void elements(StringBuilder orders, String verb, String family, String set, List<String> elements) {
        if (!elements.isEmpty()) {
            orders.append(
                    "%s element %s %s %s { %s }%n".formatted(verb, family, TABLE, set, String.join(", ", elements)));
        }
    }
}
