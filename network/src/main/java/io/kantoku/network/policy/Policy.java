package io.kantoku.network.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.services.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A NetworkPolicy.
 *
 * @param ingress what may reach the selected pods; empty when it says nothing of that direction, without rules when nothing may
 * @param egress what the selected pods may reach, likewise
 */
public record Policy(
        NamespacedName name, LabelSelector pods, Optional<List<Rule>> ingress, Optional<List<Rule>> egress) {
    /**
     * Something that is let through.
     *
     * @param peers one of them; none for everybody
     * @param ports one of them; none for all
     */
    public record Rule(List<Peer> peers, List<Port> ports) {
        public Rule {
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
        }
    }

    /** The other side. */
    public sealed interface Peer {
        /** Pods, in namespaces that are selected or, without a selector, in the policy's. */
        record Pods(Optional<LabelSelector> namespaces, LabelSelector pods) implements Peer {}

        /** Addresses. */
        record Block(List<Ipv4Range> ranges) implements Peer {
            public Block {
                ranges = List.copyOf(ranges);
            }
        }
    }

    /**
     * Ports.
     *
     * @param name of a port of the receiving pod; empty for numbers
     * @param first 0, with an empty name, for all
     */
    public record Port(Protocol protocol, String name, int first, int last) {}

    /** Reads the API's object. */
    public static Policy of(KubeObject object) {
        JsonNode spec = object.at("spec");
        List<String> types = new ArrayList<>();
        spec.path("policyTypes").forEach(type -> types.add(type.asText()));
        boolean ingress = types.isEmpty() || types.contains("Ingress");
        boolean egress = types.isEmpty() ? spec.has("egress") : types.contains("Egress");
        return new Policy(
                object.namespacedName(),
                selector(spec.path("podSelector")),
                ingress ? Optional.of(rules(spec.path("ingress"), "from")) : Optional.empty(),
                egress ? Optional.of(rules(spec.path("egress"), "to")) : Optional.empty());
    }

    private static LabelSelector selector(JsonNode node) {
        return node instanceof ObjectNode object ? LabelSelector.fromJson(object) : LabelSelector.EVERYTHING;
    }

    private static List<Rule> rules(JsonNode array, String side) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : array) {
            List<Peer> peers = new ArrayList<>();
            rule.path(side).forEach(peer -> peers.add(peer(peer)));
            List<Port> ports = new ArrayList<>();
            rule.path("ports").forEach(port -> port(port).ifPresent(ports::add));
            // Ports that no packet here can have, of a protocol that is unknown, let nothing through.
            if (rule.path("ports").isEmpty() || !ports.isEmpty()) {
                rules.add(new Rule(peers, ports));
            }
        }
        return rules;
    }

    private static Peer peer(JsonNode peer) {
        if (peer.has("ipBlock")) {
            List<Ipv4Range> ranges = new ArrayList<>();
            Ipv4Range.find(peer.path("ipBlock").path("cidr").asText("")).ifPresent(ranges::add);
            for (JsonNode except : peer.path("ipBlock").path("except")) {
                Optional<Ipv4Range> hole = Ipv4Range.find(except.asText(""));
                if (hole.isPresent()) {
                    List<Ipv4Range> rest = new ArrayList<>();
                    ranges.forEach(range -> rest.addAll(range.minus(hole.get())));
                    ranges = rest;
                }
            }
            return new Peer.Block(ranges);
        }
        return new Peer.Pods(
                peer.has("namespaceSelector")
                        ? Optional.of(selector(peer.path("namespaceSelector")))
                        : Optional.empty(),
                selector(peer.path("podSelector")));
    }

    private static Optional<Port> port(JsonNode port) {
        return Protocol.named(port.path("protocol").asText("")).map(protocol -> {
            JsonNode number = port.path("port");
            if (number.isTextual()) {
                return new Port(protocol, number.asText(), 0, 0);
            }
            int first = number.asInt(0);
            return new Port(protocol, "", first, port.path("endPort").asInt(first));
        });
    }
}
