package io.kantoku.network.antrea;

import io.kantoku.network.Ipv4Range;
import io.kantoku.network.openflow.Action;
import io.kantoku.network.openflow.Action.Learn;
import io.kantoku.network.openflow.Action.Load;
import io.kantoku.network.openflow.Action.Nat;
import io.kantoku.network.openflow.Action.Track;
import io.kantoku.network.openflow.Field;
import io.kantoku.network.openflow.Flow;
import io.kantoku.network.openflow.Match;
import io.kantoku.network.openflow.SelectGroup;
import io.kantoku.network.openflow.SwitchConnection;
import io.kantoku.network.services.BalancedPort;
import io.kantoku.network.services.BalancedPort.Backend;
import io.kantoku.network.services.Protocol;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Balancing: a flow for each cluster IP and node port, a group of its endpoints, a flow for each endpoint. Pure.
 *
 * <p>A bucket only writes the endpoint into registers; the translation is one flow for all Services that have the endpoint. With affinity the
 * bucket leads back to the Service's flow, which has the bridge learn that the client has this endpoint. The bridge forgets that when
 * the client has begun no connection for the Service's time; what it learned of an endpoint that is gone leads to a new choice.
 */
final class ServiceFlows {
    /* Register 0: how far the choice is. */
    private static final int CHOICE_OFFSET = 8;
    private static final int CHOICE_BITS = 2;
    private static final int CHOICE_MASK = 3 << CHOICE_OFFSET;
    private static final int OPEN = 0;
    private static final int CHOSEN = 1;
    private static final int REMEMBERED = 2;

    private static final int PORT_BITS = 16;
    private static final int PORT_MASK = 0xffff;
    private static final int IPV4 = 0x0800;
    private static final int LONGEST_TIMEOUT = 0xffff;
    private static final int GROUP_BITS = 0x7fffffff;

    private static final String INTERNAL = "internal";
    private static final String EXTERNAL = "external";

    private final int zone;
    private final Map<Integer, String> groupNames = new HashMap<>();

    private record Target(Protocol protocol, Backend backend) {}

    ServiceFlows(int zone) {
        this.zone = zone;
    }

    void add(List<BalancedPort> ports, List<Flow> flows, List<SelectGroup> groups) {
        Set<Target> targets = new LinkedHashSet<>();
        boolean affinity = false;
        for (BalancedPort port : ports) {
            affinity |= port.affinitySeconds() > 0;
            if (!port.internal().isEmpty()) {
                Match match = to(port.protocol(), Ipv4Range.address(port.clusterIp()), port.port());
                balance(port, match, INTERNAL, port.internal(), flows, groups);
                port.internal().forEach(backend -> targets.add(new Target(port.protocol(), backend)));
            }
            if (port.nodePort() > 0 && !port.external().isEmpty()) {
                Match match = to(port.protocol(), Ipv4Range.address(Pipeline.NODE_PORT_ADDRESS), port.nodePort())
                        .and(Field.REG0, Pipeline.FROM_GATEWAY, (1 << Pipeline.SOURCE_BITS) - 1);
                balance(port, match, EXTERNAL, port.external(), flows, groups);
                port.external().forEach(backend -> targets.add(new Target(port.protocol(), backend)));
            }
        }
        flows.add(Flow.of(Tables.SERVICE_LB.number(), 0, Match.ANY, Pipeline.to(Tables.EGRESS_RULE)));
        targets.forEach(target -> flows.add(translation(target)));
        if (affinity) {
            flows.add(Flow.of(
                    Tables.ENDPOINT_DNAT.number(),
                    100,
                    Match.ip().and(Field.REG0, (long) REMEMBERED << CHOICE_OFFSET, CHOICE_MASK),
                    choice(OPEN),
                    Pipeline.to(Tables.SERVICE_LB)));
        }
    }

    private void balance(
            BalancedPort port,
            Match match,
            String side,
            List<Backend> backends,
            List<Flow> flows,
            List<SelectGroup> groups) {
        boolean remembers = port.affinitySeconds() > 0;
        int group = groupId(port.service() + "/" + port.portName() + "/" + port.protocol() + "/" + side);
        boolean outside = side.equals(EXTERNAL);
        Action next = Pipeline.to(remembers ? Tables.SERVICE_LB : Tables.ENDPOINT_DNAT);
        groups.add(new SelectGroup(
                group,
                backends.stream()
                        .map(backend -> remembers
                                ? List.of(address(backend), portOf(backend), choice(CHOSEN), next)
                                : List.of(address(backend), portOf(backend), next))
                        .toList()));
        int table = Tables.SERVICE_LB.number();
        if (remembers) {
            Match open = choiceIs(match, OPEN);
            flows.add(new Flow(new Flow.Key(table, 200, open), actions(outside, new Action.Group(group))));
            flows.add(Flow.of(table, 200, choiceIs(match, CHOSEN), learn(port), Pipeline.to(Tables.ENDPOINT_DNAT)));
            flows.add(new Flow(
                    new Flow.Key(table, 200, choiceIs(match, REMEMBERED)),
                    actions(outside, Pipeline.to(Tables.ENDPOINT_DNAT))));
        } else {
            flows.add(new Flow(new Flow.Key(table, 200, match), actions(outside, new Action.Group(group))));
        }
    }

    private static List<Action> actions(boolean outside, Action action) {
        return outside ? List.of(Pipeline.outside(), action) : List.of(action);
    }

    private static Match choiceIs(Match match, int choice) {
        return new Match(match.tests().stream()
                        .filter(test -> test.field() != Field.REG0)
                        .toList())
                .and(Field.REG0, sourceOf(match) | (long) choice << CHOICE_OFFSET, sourceMaskOf(match) | CHOICE_MASK);
    }

    private static long sourceOf(Match match) {
        return match.tests().stream()
                .filter(test -> test.field() == Field.REG0)
                .mapToLong(Match.Test::value)
                .sum();
    }

    private static long sourceMaskOf(Match match) {
        return match.tests().stream()
                .filter(test -> test.field() == Field.REG0)
                .mapToLong(Match.Test::mask)
                .sum();
    }

    private static Learn learn(BalancedPort port) {
        return new Learn(
                Tables.SESSION_AFFINITY.number(),
                200,
                SwitchConnection.LEARNED,
                Math.min(port.affinitySeconds(), LONGEST_TIMEOUT),
                List.of(
                        new Learn.Spec.MatchValue(Field.ETH_TYPE, IPV4),
                        new Learn.Spec.MatchValue(
                                Field.IP_PROTO, port.protocol().number()),
                        new Learn.Spec.MatchSame(Field.IPV4_SRC),
                        new Learn.Spec.MatchSame(Field.IPV4_DST),
                        new Learn.Spec.MatchSame(portField(port.protocol())),
                        new Learn.Spec.LoadSame(Field.REG3),
                        new Learn.Spec.LoadSame(Field.REG4),
                        new Learn.Spec.LoadValue(Field.REG0, CHOICE_OFFSET, CHOICE_BITS, REMEMBERED)));
    }

    private Flow translation(Target target) {
        int address = (int) Ipv4Range.address(target.backend().address());
        return Flow.of(
                Tables.ENDPOINT_DNAT.number(),
                200,
                Match.ip()
                        .and(Field.IP_PROTO, target.protocol().number())
                        .and(Field.REG3, Integer.toUnsignedLong(address))
                        .and(Field.REG4, target.backend().port(), PORT_MASK),
                new Track(
                        true,
                        zone,
                        Pipeline.next(Tables.EGRESS_RULE),
                        List.of(new Nat.Destination(address, target.backend().port()))));
    }

    private static Action address(Backend backend) {
        return Load.of(Field.REG3, Ipv4Range.address(backend.address()));
    }

    private static Action portOf(Backend backend) {
        return new Load(Field.REG4, 0, PORT_BITS, backend.port());
    }

    private static Action choice(int choice) {
        return new Load(Field.REG0, CHOICE_OFFSET, CHOICE_BITS, choice);
    }

    private static Match to(Protocol protocol, long address, int port) {
        return Match.ip()
                .and(Field.IP_PROTO, protocol.number())
                .and(Field.IPV4_DST, address)
                .and(portField(protocol), port);
    }

    static Field portField(Protocol protocol) {
        return switch (protocol) {
            case TCP -> Field.TCP_DST;
            case UDP -> Field.UDP_DST;
            case SCTP -> Field.SCTP_DST;
        };
    }

    /** The same for the same Services in every life, so that a restart changes no group under a flow that uses it. */
    private int groupId(String name) {
        int id = name.hashCode() & GROUP_BITS;
        while (groupNames.containsKey(id)) {
            id = (id + 1) & GROUP_BITS;
        }
        groupNames.put(id, name);
        return id;
    }
}
