package io.kantoku.network.antrea;

import io.kantoku.network.Attachment;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.NodeState;
import io.kantoku.network.openflow.Action;
import io.kantoku.network.openflow.Action.Load;
import io.kantoku.network.openflow.Action.Move;
import io.kantoku.network.openflow.Action.Nat;
import io.kantoku.network.openflow.Action.Resubmit;
import io.kantoku.network.openflow.Action.Track;
import io.kantoku.network.openflow.Field;
import io.kantoku.network.openflow.Flow;
import io.kantoku.network.openflow.FlowSet;
import io.kantoku.network.openflow.Match;
import io.kantoku.network.openflow.SelectGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The flows of a node's bridge. Pure.
 *
 * <p>A packet is classified by where it comes from, looked up in the node's conntrack zone, and, if it begins a connection to a
 * Service, given an endpoint; then policies judge it, with the endpoint as its destination; then it gets a port. A connection is
 * committed with a mark only after the policies let it pass, so that a packet of one that they refused is judged anew, whatever
 * conntrack thinks of it. What goes back to where it came from (a pod to itself through a Service, the node to itself) gets a
 * virtual source in a second zone, or the receiver would take it for its own.
 */
final class Pipeline {
    /** Tables that groups lead to. */
    static final Set<Integer> TARGETS = Set.of(Tables.ENDPOINT_DNAT.number());

    static final int TUNNEL_PORT = 1;
    static final int GATEWAY_PORT = 2;

    /** Answers for every address: nothing on the bridge needs another's hardware address. */
    static final long VIRTUAL_MAC = 0xaabbccddeeffL;

    /** The source of hairpins, and the node's next hop into the bridge. */
    static final String VIRTUAL_ADDRESS = "169.254.0.253";

    /** The destination that the node gives to what reaches a node port. */
    static final String NODE_PORT_ADDRESS = "169.254.0.252";

    /*
     * Register 0: who sent it (bits 0-3), whether its connection was let pass (4), whether it is an answer (5), whether the node only passes on
     * what came from outside by a node port (6).
     */
    static final int SOURCE_BITS = 4;
    static final int FROM_TUNNEL = 1;
    static final int FROM_GATEWAY = 2;
    static final int FROM_POD = 3;
    private static final int SOURCE_MASK = 0xf;
    private static final int ALLOWED_BIT = 4;
    private static final int REPLY_BIT = 5;
    static final int OUTSIDE_BIT = 6;

    private static final int FIRST_POD_PORT = 16;
    private static final int NEW = 0x01;
    private static final int ESTABLISHED = 0x02;
    private static final int RELATED = 0x04;
    private static final int REPLY = 0x08;
    private static final int INVALID = 0x10;
    private static final int TRACKED = 0x20;
    private static final int DNAT = 0x80;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;

    private final NodeState state;
    private final int zone;
    private final List<Flow> flows = new ArrayList<>();

    private Pipeline(NodeState state, int zone) {
        this.state = state;
        this.zone = zone;
    }

    /**
     * All flows and groups of a node.
     *
     * @param zone the first of the node's two conntrack zones, which no other node of the instance uses
     */
    static FlowSet of(NodeState state, int zone) {
        Pipeline pipeline = new Pipeline(state, zone);
        pipeline.fixed();
        state.pods().forEach(pipeline::pod);
        List<SelectGroup> groups = new ArrayList<>();
        new ServiceFlows(zone).add(state.services(), pipeline.flows, groups);
        pipeline.flows.addAll(PolicyFlows.of(state));
        return FlowSet.of(pipeline.flows, groups);
    }

    /** The flow of the cluster's bridge that leads to a node. */
    static Flow toNode(Ipv4Range pods, int port) {
        return Flow.of(0, 100, Match.ip().and(Field.IPV4_DST, pods), new Action.Output(port));
    }

    /** The port of a pod, by its address: no two pods of a node have one. */
    static int port(Ipv4Range range, String address) {
        return Math.toIntExact(FIRST_POD_PORT + Ipv4Range.address(address) - range.first());
    }

    static long number(String mac) {
        return Long.parseLong(mac.replace(":", ""), 16);
    }

    private void fixed() {
        arrivals();
        tracking();
        add(Tables.EGRESS_RULE, 0, Match.ANY, to(Tables.EGRESS_DEFAULT));
        add(Tables.EGRESS_DEFAULT, 0, Match.ANY, to(Tables.L3_FORWARDING));
        forwarding();
        add(Tables.INGRESS_RULE, 0, Match.ANY, to(Tables.INGRESS_DEFAULT));
        add(Tables.INGRESS_RULE, 900, allowed(), to(Tables.CONNTRACK_COMMIT));
        add(Tables.INGRESS_DEFAULT, 0, Match.ANY, to(Tables.CONNTRACK_COMMIT));
        departures();
    }

    private void arrivals() {
        Match gateway = Match.ANY.and(Field.IN_PORT, GATEWAY_PORT);
        add(Tables.CLASSIFIER, 200, ip(gateway), source(FROM_GATEWAY), to(Tables.UN_SNAT));
        add(Tables.CLASSIFIER, 200, arp(gateway), to(Tables.ARP_RESPONDER));
        add(Tables.CLASSIFIER, 210, arp(gateway).and(Field.ARP_TPA, Ipv4Range.address(state.gateway())));
        add(
                Tables.CLASSIFIER,
                200,
                ip(Match.ANY.and(Field.IN_PORT, TUNNEL_PORT)),
                source(FROM_TUNNEL),
                to(Tables.UN_SNAT));
        add(
                Tables.ARP_RESPONDER,
                100,
                Match.arp().and(Field.ARP_OP, ARP_REQUEST),
                new Move(Field.ETH_SRC, Field.ETH_DST),
                Load.of(Field.ETH_SRC, VIRTUAL_MAC),
                Load.of(Field.ARP_OP, ARP_REPLY),
                new Move(Field.ARP_SHA, Field.ARP_THA),
                Load.of(Field.ARP_SHA, VIRTUAL_MAC),
                new Move(Field.ARP_TPA, Field.REG5),
                new Move(Field.ARP_SPA, Field.ARP_TPA),
                new Move(Field.REG5, Field.ARP_SPA),
                new Action.OutputBack());
    }

    private void tracking() {
        add(
                Tables.UN_SNAT,
                200,
                Match.ip().and(Field.IPV4_DST, Ipv4Range.address(VIRTUAL_ADDRESS)),
                new Track(false, zone + 1, next(Tables.CONNTRACK), List.of(new Nat.Existing())));
        add(Tables.UN_SNAT, 0, Match.ANY, to(Tables.CONNTRACK));
        add(
                Tables.CONNTRACK,
                200,
                Match.ip(),
                new Track(false, zone, next(Tables.CONNTRACK_STATE), List.of(new Nat.Existing())));
        Tables table = Tables.CONNTRACK_STATE;
        Action let = new Load(Field.REG0, ALLOWED_BIT, 1, 1);
        Action answer = new Load(Field.REG0, REPLY_BIT, 1, 1);
        Action forward = to(Tables.L3_FORWARDING);
        add(table, 220, connection(INVALID, INVALID));
        add(table, 210, connection(RELATED, RELATED), let, forward);
        add(table, 200, marked(connection(ESTABLISHED | REPLY, NEW | ESTABLISHED | REPLY)), let, answer, forward);
        add(table, 200, marked(connection(ESTABLISHED, NEW | ESTABLISHED | REPLY)), let, forward);
        // A connection that no policy let pass: had the node itself begun it, it would have passed.
        add(table, 190, connection(DNAT, DNAT), outside(), to(Tables.EGRESS_RULE));
        add(table, 0, Match.ANY, to(Tables.SESSION_AFFINITY), to(Tables.SERVICE_LB));
    }

    private void forwarding() {
        Tables table = Tables.L3_FORWARDING;
        Action toNode = Load.of(Field.ETH_DST, number(Attachment.mac(state.gateway())));
        Action byGateway = Load.of(Field.REG1, GATEWAY_PORT);
        Action commit = to(Tables.CONNTRACK_COMMIT);
        add(table, 200, destination(state.gateway()), toNode, byGateway, commit);
        add(table, 200, destination(VIRTUAL_ADDRESS));
        add(table, 200, destination(NODE_PORT_ADDRESS));
        add(table, 150, Match.ip().and(Field.IPV4_DST, state.range()));
        Match cluster = Match.ip().and(Field.IPV4_DST, state.node().clusterPods());
        add(table, 120, cluster.and(Field.REG0, FROM_TUNNEL, SOURCE_MASK));
        add(table, 100, cluster, new Action.DecrementTtl(), Load.of(Field.REG1, TUNNEL_PORT), commit);
        add(table, 0, Match.ip(), toNode, byGateway, commit);
    }

    private void departures() {
        add(Tables.CONNTRACK_COMMIT, 200, allowed(), to(Tables.SNAT));
        add(
                Tables.CONNTRACK_COMMIT,
                100,
                Match.ip(),
                new Track(true, zone, next(Tables.SNAT), List.of(new Load(Field.CT_MARK, 0, 1, 1))));
        Match backToNode = Match.ip()
                .and(Field.REG0, FROM_GATEWAY, SOURCE_MASK | 1 << REPLY_BIT)
                .and(Field.REG1, GATEWAY_PORT);
        add(Tables.SNAT, 200, backToNode, hairpin());
        add(Tables.SNAT, 0, Match.ANY, to(Tables.OUTPUT));
        // A packet never leaves by the port that it came in on, unless that is forgotten.
        add(Tables.OUTPUT, 0, Match.ANY, Load.of(Field.IN_PORT_16, 0), new Action.OutputTo(Field.REG1));
    }

    private void pod(Attachment pod) {
        long address = Ipv4Range.address(pod.address());
        long mac = number(pod.mac());
        int port = port(state.range(), pod.address());
        Match from = Match.ANY.and(Field.IN_PORT, port).and(Field.ETH_SRC, mac);
        add(Tables.CLASSIFIER, 200, ip(from).and(Field.IPV4_SRC, address), source(FROM_POD), to(Tables.UN_SNAT));
        Match arp = arp(from).and(Field.ARP_SPA, address).and(Field.ARP_SHA, mac);
        add(Tables.CLASSIFIER, 200, arp, to(Tables.ARP_RESPONDER));
        add(Tables.CLASSIFIER, 210, arp.and(Field.ARP_TPA, address)); // it asks whether it is alone
        add(
                Tables.L3_FORWARDING,
                200,
                destination(pod.address()),
                Load.of(Field.ETH_SRC, VIRTUAL_MAC),
                Load.of(Field.ETH_DST, mac),
                new Action.DecrementTtl(),
                Load.of(Field.REG1, port),
                to(Tables.INGRESS_RULE));
        add(Tables.SNAT, 200, destination(pod.address()).and(Field.IPV4_SRC, address), hairpin());
    }

    private Action hairpin() {
        return new Track(
                true, zone + 1, next(Tables.OUTPUT), List.of(new Nat.Source((int) Ipv4Range.address(VIRTUAL_ADDRESS))));
    }

    private void add(Tables table, int priority, Match match, Action... actions) {
        flows.add(Flow.of(table.number(), priority, match, actions));
    }

    private static Match ip(Match match) {
        return match.and(Field.ETH_TYPE, 0x0800);
    }

    private static Match arp(Match match) {
        return match.and(Field.ETH_TYPE, 0x0806);
    }

    private static Match destination(String address) {
        return Match.ip().and(Field.IPV4_DST, Ipv4Range.address(address));
    }

    private static Match connection(int set, int tested) {
        return Match.ip().and(Field.CT_STATE, set | TRACKED, tested | TRACKED);
    }

    private static Match marked(Match match) {
        return match.and(Field.CT_MARK, 1, 1);
    }

    private static Match allowed() {
        return Match.ip().and(Field.REG0, 1 << ALLOWED_BIT, 1 << ALLOWED_BIT);
    }

    static Action outside() {
        return new Load(Field.REG0, OUTSIDE_BIT, 1, 1);
    }

    private static Action source(int source) {
        return new Load(Field.REG0, 0, SOURCE_BITS, source);
    }

    static Action to(Tables table) {
        return new Resubmit(table.number());
    }

    static OptionalInt next(Tables table) {
        return OptionalInt.of(table.number());
    }
}
