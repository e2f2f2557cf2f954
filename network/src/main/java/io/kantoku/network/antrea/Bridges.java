package io.kantoku.network.antrea;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.network.NetworkException;
import io.kantoku.network.NetworkException.Code;
import io.kantoku.network.ShortName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The bridges of a switch: one for each node, and one for each cluster that joins its nodes by patch ports, which stand for tunnels. Clusters with the
 * same pod range share no bridge and no conntrack zone. Thread-safe.
 */
final class Bridges {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_NUMBERS = 32_000;
    private static final String NUMBER = "kantoku-number";

    private final VirtualSwitch ovs;

    /**
     * A node on the switch.
     *
     * @param bridge its own
     * @param joint its cluster's
     * @param number its own among all nodes of the switch: its port on the cluster's bridge, and half its conntrack zones
     */
    record Place(String bridge, String joint, String tunnel, String tunnelEnd, String gateway, int number) {
        int zone() {
            return 2 * number;
        }
    }

    Bridges(VirtualSwitch ovs) {
        this.ovs = ovs;
    }

    /** Makes a node's bridge and joins it to its cluster's, or finds it. */
    Place add(ClusterId cluster, String node) {
        synchronized (ovs) { // numbers are given by looking which are taken
            String bridge = ShortName.of("n", cluster.value(), node);
            Place place = place(cluster, node, number(bridge));
            String[] fixed = {
                "--may-exist add-br " + bridge + " -- set bridge " + bridge
                        + " datapath_type=netdev fail_mode=secure external_ids:" + NUMBER + "=" + place.number(),
                "-- --may-exist add-br " + place.joint() + " -- set bridge " + place.joint()
                        + " datapath_type=netdev fail_mode=secure",
                "-- --may-exist add-port " + bridge + " " + place.tunnel() + " -- set interface " + place.tunnel()
                        + " type=patch options:peer=" + place.tunnelEnd() + " ofport_request=" + Pipeline.TUNNEL_PORT,
                "-- --may-exist add-port " + place.joint() + " " + place.tunnelEnd() + " -- set interface "
                        + place.tunnelEnd() + " type=patch options:peer=" + place.tunnel() + " ofport_request="
                        + place.number(),
                "-- set bridge " + bridge + " " + Tables.names(),
                Tables.records()
            };
            ovs.configure(words(fixed));
            return place;
        }
    }

    static Place place(ClusterId cluster, String node, int number) {
        return new Place(
                ShortName.of("n", cluster.value(), node),
                ShortName.of("c", cluster.value()),
                ShortName.of("t", cluster.value(), node),
                ShortName.of("u", cluster.value(), node),
                ShortName.of("g", cluster.value(), node),
                number);
    }

    /** The node's number in this switch: kept with its bridge, so that connections survive a restart. */
    private int number(String bridge) {
        Set<Integer> taken = new HashSet<>();
        try {
            String shown = ovs.read("--format=json", "--columns=name,external_ids", "list", "bridge");
            for (JsonNode row : JSON.readTree(shown).path("data")) {
                for (JsonNode pair : row.path(1).path(1)) {
                    if (pair.path(0).asText().equals(NUMBER)) {
                        int number = pair.path(1).asInt();
                        if (row.path(0).asText().equals(bridge)) {
                            return number;
                        }
                        taken.add(number);
                    }
                }
            }
        } catch (JsonProcessingException e) {
            throw new NetworkException(Code.FAILED, "the switch's bridges cannot be read: " + e.getMessage(), e);
        }
        for (int number = 1; number < MOST_NUMBERS; number++) {
            if (!taken.contains(number)) {
                return number;
            }
        }
        throw new NetworkException(Code.FAILED, "the switch has no room for another node");
    }

    /** Connects a link of the switch's namespace to a bridge. */
    void addPort(String bridge, String link, int port) {
        ovs.configure(words("--may-exist add-port " + bridge + " " + link + " -- set interface " + link
                + " ofport_request=" + port));
    }

    void removePort(String link) {
        ovs.configure(words("--if-exists del-port " + link));
    }

    /** Removes the node, and its cluster's bridge after the last of them. */
    synchronized void remove(Place place) {
        ovs.configure(words("--if-exists del-port " + place.tunnelEnd(), "-- --if-exists del-br " + place.bridge()));
        List<String> bridges = ovs.read("list-br").lines().toList();
        if (bridges.contains(place.joint())
                && ovs.read("list-ports", place.joint()).isBlank()) {
            ovs.configure(words("--if-exists del-br " + place.joint()));
        }
    }

    /** Every word here is a digest, a number or fixed. */
    private static String[] words(String... lines) {
        return Stream.of(lines).flatMap(line -> Stream.of(line.split(" ", -1))).toArray(String[]::new);
    }
}
