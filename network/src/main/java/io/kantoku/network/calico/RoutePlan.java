package io.kantoku.network.calico;

import io.kantoku.network.Ipv4Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From the routes to other nodes' pods that are there to those that shall be. Pure. */
final class RoutePlan {
    /** Calico's number: {@code ip route} shows it as its own protocol. */
    static final int PROTOCOL = 80;

    private RoutePlan() {}

    /** The next hops by range, from what {@code ip route show proto 80} printed; local routes are left out. */
    static SortedMap<String, String> parse(String shown) {
        SortedMap<String, String> routes = new TreeMap<>();
        shown.lines().forEach(line -> {
            List<String> words = List.of(line.strip().split(" +", -1));
            if (words.size() > 2 && words.get(1).equals("via")) {
                String destination = words.getFirst();
                routes.put(destination.contains("/") ? destination : destination + "/32", words.get(2));
            }
        });
        return routes;
    }

    /** Lines for {@code ip -batch}. */
    static List<String> between(Map<String, String> present, Map<String, String> desired) {
        List<String> lines = new ArrayList<>();
        present.forEach((range, _) -> {
            if (!desired.containsKey(range)) {
                lines.add("route del " + Ipv4Range.parse(range) + " proto " + PROTOCOL);
            }
        });
        desired.forEach((range, hop) -> {
            if (!hop.equals(present.get(range))) {
                lines.add("route replace " + Ipv4Range.parse(range) + " via " + hop + " dev eth0 onlink proto "
                        + PROTOCOL);
            }
        });
        return lines;
    }
}
