package io.kantoku.network.antrea;

import io.kantoku.network.Attachment;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.NodeState;
import io.kantoku.network.openflow.Action;
import io.kantoku.network.openflow.Field;
import io.kantoku.network.openflow.Flow;
import io.kantoku.network.openflow.Match;
import io.kantoku.network.policy.Isolation;
import io.kantoku.network.policy.Isolation.Direction;
import io.kantoku.network.policy.Isolation.Ports;
import io.kantoku.network.services.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Policies: for each rule a conjunction of whom it is about, who is on the other side, and which ports, so that a rule costs the sum of its parts and not their
 * product ({@code ovs-fields(7)}, conjunctive match fields). Pure.
 */
final class PolicyFlows {
    private static final int ID_BITS = 0x7fffffff;
    private static final int RULE_PRIORITY = 200;
    private static final int ALWAYS_PRIORITY = 800;
    private static final int PORT_MASK = 0xffff;

    private final NodeState state;
    private final Map<Flow.Key, List<Action>> flows = new LinkedHashMap<>();
    private final Map<Integer, String> ids = new HashMap<>();

    private PolicyFlows(NodeState state) {
        this.state = state;
    }

    static List<Flow> of(NodeState state) {
        PolicyFlows made = new PolicyFlows(state);
        made.always();
        made.state.isolation().rules().forEach(made::rule);
        made.state.isolation().egress().forEach(address -> made.drop(Tables.EGRESS_DEFAULT, Field.IPV4_SRC, address));
        made.state.isolation().ingress().forEach(address -> made.drop(Tables.INGRESS_DEFAULT, Field.IPV4_DST, address));
        List<Flow> flows = new ArrayList<>();
        made.flows.forEach((key, actions) -> flows.add(new Flow(key, actions)));
        return flows;
    }

    /** A pod reaches itself, and its node reaches it, whatever policies say. */
    private void always() {
        Isolation isolation = state.isolation();
        for (Attachment pod : state.pods()) {
            long address = Ipv4Range.address(pod.address());
            Match itself = Match.ip().and(Field.IPV4_SRC, address).and(Field.IPV4_DST, address);
            if (isolation.egress().contains(pod.address())) {
                put(Tables.EGRESS_RULE, ALWAYS_PRIORITY, itself, next(Direction.EGRESS));
            }
            if (isolation.ingress().contains(pod.address())) {
                put(Tables.INGRESS_RULE, ALWAYS_PRIORITY, itself, next(Direction.INGRESS));
            }
        }
        if (!isolation.ingress().isEmpty()) {
            Match node = Match.ip()
                    .and(Field.REG0, Pipeline.FROM_GATEWAY, (1 << Pipeline.SOURCE_BITS) - 1 | 1 << Pipeline.OUTSIDE_BIT)
                    .and(Field.IPV4_SRC, Ipv4Range.address(state.gateway()));
            put(Tables.INGRESS_RULE, ALWAYS_PRIORITY, node, next(Direction.INGRESS));
        }
    }

    private void rule(Isolation.Rule rule) {
        Field own = rule.direction() == Direction.INGRESS ? Field.IPV4_DST : Field.IPV4_SRC;
        Field other = rule.direction() == Direction.INGRESS ? Field.IPV4_SRC : Field.IPV4_DST;
        List<List<Match>> clauses = new ArrayList<>();
        clauses.add(rule.pods().stream()
                .map(address -> Match.ip().and(own, Ipv4Range.address(address)))
                .toList());
        if (!rule.everybody()) {
            clauses.add(rule.peers().stream()
                    .map(range -> Match.ip().and(other, range))
                    .toList());
        }
        if (!rule.ports().isEmpty()) {
            clauses.add(rule.ports().stream()
                    .flatMap(ports -> matches(ports).stream())
                    .toList());
        }
        Tables table = table(rule.direction());
        if (clauses.size() == 1) {
            clauses.getFirst().forEach(match -> put(table, RULE_PRIORITY, match, next(rule.direction())));
            return;
        }
        int id = id(rule.id());
        put(table, RULE_PRIORITY, Match.ip().and(Field.CONJ_ID, id), next(rule.direction()));
        for (int i = 0; i < clauses.size(); i++) {
            for (Match match : clauses.get(i)) {
                put(table, RULE_PRIORITY, match, new Action.Conjunction(id, i, clauses.size()));
            }
        }
    }

    private void drop(Tables table, Field field, String address) {
        flows.put(
                new Flow.Key(table.number(), RULE_PRIORITY, Match.ip().and(field, Ipv4Range.address(address))),
                List.of());
    }

    /** A part that several rules have is one flow; one that is enough by itself needs no conjunction. */
    private void put(Tables table, int priority, Match match, Action action) {
        List<Action> actions =
                flows.computeIfAbsent(new Flow.Key(table.number(), priority, match), _ -> new ArrayList<>());
        boolean enough = actions.stream().anyMatch(Action.Resubmit.class::isInstance);
        if (action instanceof Action.Resubmit) {
            actions.clear();
        }
        if (!enough || action instanceof Action.Resubmit) {
            actions.add(action);
        }
    }

    private static Tables table(Direction direction) {
        return switch (direction) {
            case INGRESS -> Tables.INGRESS_RULE;
            case EGRESS -> Tables.EGRESS_RULE;
        };
    }

    private static Action next(Direction direction) {
        return Pipeline.to(
                switch (direction) {
                    case INGRESS -> Tables.CONNTRACK_COMMIT;
                    case EGRESS -> Tables.L3_FORWARDING;
                });
    }

    private static List<Match> matches(Ports ports) {
        Match protocol = Match.ip().and(Field.IP_PROTO, ports.protocol().number());
        if (ports.first() == 0) {
            return List.of(protocol);
        }
        return masks(ports.first(), ports.last(), (value, mask) -> protocol.and(field(ports.protocol()), value, mask));
    }

    private interface Masked {
        Match of(int value, int mask);
    }

    /** A range of ports as values with masks. */
    private static List<Match> masks(int first, int last, Masked make) {
        List<Match> matches = new ArrayList<>();
        int at = first;
        while (at <= last) {
            int size = at == 0 ? PORT_MASK + 1 : Integer.lowestOneBit(at);
            while (at + size - 1 > last) {
                size >>= 1;
            }
            matches.add(make.of(at, PORT_MASK & -size));
            at += size;
        }
        return matches;
    }

    private static Field field(Protocol protocol) {
        return ServiceFlows.portField(protocol);
    }

    /** The same for the same rule in every life: a change of the other rules never gives its parts to another. */
    private int id(String name) {
        int id = name.hashCode() & ID_BITS;
        while (ids.containsKey(id)) {
            id = (id + 1) & ID_BITS;
        }
        ids.put(id, name);
        return id;
    }
}
