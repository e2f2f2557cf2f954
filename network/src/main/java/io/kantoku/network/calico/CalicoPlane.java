package io.kantoku.network.calico;

import io.kantoku.lab.Commands;
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
import io.kantoku.network.services.BalancedPort;
import io.kantoku.network.services.ServicePlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One node whose kernel forwards. Everything is in the machine's namespace and goes with it. */
public final class CalicoPlane implements DataPlane {
    /** Every pod's next hop; nobody has it, the node answers for it. */
    private static final String NEXT_HOP = "169.254.1.1";

    private static final String NODE_MAC = "ee:ee:ee:ee:ee:ee";
    private static final Pattern NAMED = Pattern.compile("^\\s*(?:chain|set) (\\S+) \\{", Pattern.MULTILINE);

    private final NodeNetworkSpec spec;

    /* What is programmed; null when that is not known. */
    private @Nullable NodeState programmed;
    private Set<String> names = Set.of();
    private Map<String, String> routes = Map.of();

    public CalicoPlane(NodeNetworkSpec spec) {
        this.spec = spec;
    }

    private Path machine() {
        return spec.machine().path();
    }

    @Override
    public Set<String> prepare(Ipv4Range range) {
        Links.settings(machine(), "net/ipv4/ip_forward=1");
        Links.batch(
                machine(),
                "route replace blackhole " + range + " proto " + RoutePlan.PROTOCOL,
                "route replace unreachable " + spec.clusterPods() + " metric 4278198272");
        return Links.names(spec.machine());
    }

    @Override
    public String link(String sandbox) {
        return ShortName.of("cali", spec.cluster().value(), spec.node(), sandbox);
    }

    @Override
    public PodLink connect(Attachment attachment, PodSandbox sandbox, Ipv4Range range) {
        String link = attachment.link();
        String inside = sandbox.interfaceName();
        String address = attachment.address() + "/32";
        if (!Links.names(spec.machine()).contains(link)) {
            Links.batch(
                    machine(),
                    "link add " + link + " address " + NODE_MAC + " type veth peer name " + inside + " address "
                            + attachment.mac() + " netns " + sandbox.networkNamespace(),
                    "link set " + link + " up");
            Links.settings(
                    machine(),
                    "net/ipv4/conf/" + link + "/proxy_arp=1",
                    "net/ipv4/conf/" + link + "/route_localnet=1", // a host port may be on the node's loopback address
                    "net/ipv4/neigh/" + link + "/proxy_delay=0",
                    // A pod that sends from an address that is not its own is not heard.
                    "net/ipv4/conf/" + link + "/rp_filter=1");
            Links.batch(
                    sandbox.networkNamespace(),
                    "link set lo up",
                    "addr add " + address + " dev " + inside,
                    "link set " + inside + " up",
                    // The node would answer for it only while it has a default route.
                    "neigh add " + NEXT_HOP + " lladdr " + NODE_MAC + " nud permanent dev " + inside,
                    "route add " + NEXT_HOP + " dev " + inside + " scope link",
                    "route add default via " + NEXT_HOP + " dev " + inside);
        }
        Links.batch(machine(), "route replace " + address + " dev " + link + " scope link");
        return new PodLink(address, NEXT_HOP, attachment.mac());
    }

    @Override
    public void disconnect(Attachment attachment) {
        if (spec.machine().exists()) {
            Links.attempt(machine(), "link del " + attachment.link());
        }
    }

    @Override
    public void program(NodeState state) {
        if (state.equals(programmed)) {
            return;
        }
        NodeState before = programmed;
        if (before == null) {
            names = presentNames();
            routes = presentRoutes();
        }
        programmed = null;
        List<String> lines = RoutePlan.between(routes, state.peers());
        if (!lines.isEmpty()) {
            Links.batch(machine(), lines.toArray(String[]::new));
        }
        routes = state.peers();
        if (before != null && onlyPodsDiffer(before, state)) {
            Links.rules(machine(), KernelRules.pods(state));
        } else {
            KernelRules.Text text = KernelRules.of(state, names);
            Links.rules(machine(), text.text());
            names = text.names();
        }
        programmed = state;
        if (before != null) {
            ServicePlan.goneDatagrams(before.services(), state.services()).forEach(this::forget);
        }
    }

    private void forget(BalancedPort.Backend gone) {
        Commands.Outcome outcome = Commands.run(List.of(
                "nsenter",
                "--net=" + machine(),
                "conntrack",
                "-D",
                "-p",
                "udp",
                "--reply-src",
                gone.address(),
                "--reply-port-src",
                "" + gone.port()));
        if (outcome.code() != 0
                && !outcome.output().contains("0 flow entries")) { // it fails when there is nothing to forget
            throw new NetworkException(Code.FAILED, "conntrack of " + spec.machine() + ": " + outcome.output());
        }
    }

    /** Then a small set changes, however many Services there are. */
    private static boolean onlyPodsDiffer(NodeState before, NodeState state) {
        return before.services().equals(state.services())
                && before.hostPorts().equals(state.hostPorts())
                && before.isolation().equals(state.isolation())
                && before.range().equals(state.range());
    }

    private Set<String> presentNames() {
        Commands.Outcome shown =
                Commands.run(List.of("nsenter", "--net=" + machine(), "nft", "list", "table", "ip", KernelRules.TABLE));
        Set<String> found = new TreeSet<>();
        if (shown.code() == 0) {
            Matcher matcher = NAMED.matcher(shown.output());
            while (matcher.find()) {
                if (KernelRules.isForService(matcher.group(1))) {
                    found.add(matcher.group(1));
                }
            }
        }
        return found;
    }

    private Map<String, String> presentRoutes() {
        Commands.Outcome shown = Commands.run(
                List.of("ip", "-n", spec.machine().name(), "route", "show", "proto", "" + RoutePlan.PROTOCOL));
        if (shown.code() != 0) {
            throw new NetworkException(Code.FAILED, "the routes of " + spec.machine() + ": " + shown.output());
        }
        return RoutePlan.parse(shown.output());
    }

    @Override
    public void remove(List<Attachment> pods) {
        if (spec.machine().exists()) {
            Links.attempt(
                    machine(),
                    pods.stream().map(pod -> "link del " + pod.link()).toArray(String[]::new));
        }
    }

    @Override
    public void close() {
        // Nothing of it is in this process.
    }
}
