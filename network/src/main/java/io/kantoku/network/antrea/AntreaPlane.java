package io.kantoku.network.antrea;

import io.kantoku.lab.LabException;
import io.kantoku.network.Attachment;
import io.kantoku.network.DataPlane;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.Links;
import io.kantoku.network.NetworkException;
import io.kantoku.network.NetworkException.Code;
import io.kantoku.network.NodeNetworkSpec;
import io.kantoku.network.NodeState;
import io.kantoku.network.PodLink;
import io.kantoku.network.PodSandbox;
import io.kantoku.network.ShortName;
import io.kantoku.network.openflow.Change;
import io.kantoku.network.openflow.FlowSet;
import io.kantoku.network.openflow.SwitchConnection;
import io.kantoku.network.services.BalancedPort;
import io.kantoku.network.services.ServicePlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One node on the switch. */
public final class AntreaPlane implements DataPlane {
    private final NodeNetworkSpec spec;
    private final VirtualSwitch ovs;
    private final Bridges bridges;
    private final Runnable flowsLost;
    private Bridges.@Nullable Place place;

    /* How often the switch has lost its flows. */
    private final AtomicInteger losses = new AtomicInteger();

    /* What is programmed; null when that is not known. */
    private @Nullable Programmed programmed;
    private @Nullable String rules;
    private List<BalancedPort> services = List.of();

    private record Programmed(FlowSet flows, long cookie, int losses) {}

    /**
     * A node that is not on the switch yet.
     *
     * @param again called when the switch has lost its flows
     */
    public AntreaPlane(NodeNetworkSpec spec, VirtualSwitch ovs, Runnable again) {
        this.spec = spec;
        this.ovs = ovs;
        bridges = new Bridges(ovs);
        flowsLost = () -> {
            losses.incrementAndGet();
            again.run();
        };
    }

    @Override
    public Set<String> prepare(Ipv4Range range) {
        ovs.ensureRunning();
        ovs.programmer(flowsLost);
        Bridges.Place made = bridges.add(spec.cluster(), spec.node());
        place = made;
        Set<String> links = Links.names(ovs.namespace());
        if (!links.contains(made.gateway())) {
            gateway(made, range);
        }
        return links;
    }

    /** The cable between the node and its bridge. */
    private void gateway(Bridges.Place made, Ipv4Range range) {
        bridges.removePort(made.gateway()); // one of a machine that is gone
        String address = range.at(1);
        Links.batch(
                ovs.namespace().path(),
                "link add " + made.gateway() + " type veth peer name " + NodeRules.GATEWAY + " address "
                        + Attachment.mac(address) + " netns " + spec.machine().name(),
                "link set " + made.gateway() + " up");
        Path machine = spec.machine().path();
        Links.settings(
                machine,
                "net/ipv4/ip_forward=1",
                "net/ipv4/conf/" + NodeRules.GATEWAY + "/rp_filter=0",
                // A host port may be on the node's loopback address.
                "net/ipv4/conf/" + NodeRules.GATEWAY + "/route_localnet=1");
        String by = " via " + Pipeline.VIRTUAL_ADDRESS + " dev " + NodeRules.GATEWAY + " onlink src " + address;
        Links.batch(
                machine,
                "addr add " + address + "/" + range.prefix() + " dev " + NodeRules.GATEWAY,
                "link set " + NodeRules.GATEWAY + " up",
                "neigh replace " + Pipeline.VIRTUAL_ADDRESS + " lladdr aa:bb:cc:dd:ee:ff nud permanent dev "
                        + NodeRules.GATEWAY,
                "route replace " + Pipeline.VIRTUAL_ADDRESS + " dev " + NodeRules.GATEWAY + " scope link src "
                        + address,
                "route replace " + Pipeline.NODE_PORT_ADDRESS + by,
                "route replace " + spec.clusterPods() + by,
                "route replace " + spec.services() + by,
                // Without the bridge nothing of the cluster leaves by the default route.
                "route replace unreachable " + spec.clusterPods() + " metric 4278198272",
                "route replace unreachable " + spec.services() + " metric 4278198272");
        bridges.addPort(made.bridge(), made.gateway(), Pipeline.GATEWAY_PORT);
        rules = null;
    }

    @Override
    public String link(String sandbox) {
        return ShortName.of("p", spec.cluster().value(), spec.node(), sandbox);
    }

    @Override
    public PodLink connect(Attachment attachment, PodSandbox sandbox, Ipv4Range range) {
        Bridges.Place at = place();
        String link = attachment.link();
        String inside = sandbox.interfaceName();
        String gateway = range.at(1);
        String address = attachment.address() + "/" + range.prefix();
        if (!Links.names(ovs.namespace()).contains(link)) {
            Links.batch(
                    ovs.namespace().path(),
                    "link add " + link + " type veth peer name " + inside + " address " + attachment.mac() + " netns "
                            + sandbox.networkNamespace(),
                    "link set " + link + " up");
            Links.batch(
                    sandbox.networkNamespace(),
                    "link set lo up",
                    "addr add " + address + " dev " + inside,
                    "link set " + inside + " up",
                    "route add default via " + gateway + " dev " + inside);
        }
        bridges.addPort(at.bridge(), link, Pipeline.port(range, attachment.address()));
        return new PodLink(address, gateway, attachment.mac());
    }

    @Override
    public void disconnect(Attachment attachment) {
        bridges.removePort(attachment.link());
        Links.attempt(ovs.namespace().path(), "link del " + attachment.link());
    }

    @Override
    public void program(NodeState state) {
        Bridges.Place at = place();
        FlowSet desired = Pipeline.of(state, at.zone());
        Programmed before = programmed;
        programmed = null;
        int life = losses.get();
        if (before == null || before.losses() != life) {
            programmed = new Programmed(desired, adopt(at, state, desired), life);
        } else {
            List<Change> changes = Change.between(before.flows(), desired, Pipeline.TARGETS);
            if (!changes.isEmpty()) {
                try (SwitchConnection connection = ovs.connect(at.bridge())) {
                    connection.apply(changes, before.cookie());
                }
            }
            programmed = new Programmed(desired, before.cookie(), life);
        }
        String wanted = NodeRules.of(state);
        if (!wanted.equals(rules)) {
            rules = null;
            Links.rules(spec.machine().path(), wanted);
            rules = wanted;
        }
        for (BalancedPort.Backend gone : ServicePlan.goneDatagrams(services, state.services())) {
            ovs.control(
                    "dpctl/flush-conntrack",
                    "zone=" + at.zone(),
                    "ct_nw_proto=17",
                    "ct_nw_src=" + gone.address() + ",ct_tp_src=" + gone.port() + ",ct_nw_proto=17");
        }
        services = state.services();
    }

    private long adopt(Bridges.Place at, NodeState state, FlowSet desired) {
        try (SwitchConnection connection = ovs.connect(at.joint())) {
            connection.apply(List.of(new Change.PutFlow(Pipeline.toNode(state.range(), at.number()))), at.number());
        }
        try (SwitchConnection connection = ovs.connect(at.bridge())) {
            List<Change> additions = Change.between(FlowSet.EMPTY, desired, Pipeline.TARGETS);
            return connection.replaceAll(desired, additions);
        }
    }

    private Bridges.Place place() {
        Bridges.Place made = place;
        if (made == null) {
            throw new NetworkException(Code.FAILED, "node " + spec.node() + " is not on the switch yet");
        }
        return made;
    }

    @Override
    public void remove(List<Attachment> pods) {
        close();
        Bridges.Place made = Bridges.place(spec.cluster(), spec.node(), 0);
        if (!ovs.namespace().exists()) {
            return;
        }
        try {
            ovs.ensureRunning();
            bridges.remove(made);
            Stream<String> ours =
                    Stream.concat(Stream.of(made.gateway()), pods.stream().map(Attachment::link));
            Links.attempt(
                    ovs.namespace().path(), ours.map(link -> "link del " + link).toArray(String[]::new));
        } catch (LabException e) {
            throw new NetworkException(
                    Code.FAILED, "node " + spec.node() + " cannot be taken off the switch: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        ovs.removeProgrammer(flowsLost);
    }
}
