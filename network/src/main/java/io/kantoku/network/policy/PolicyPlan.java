package io.kantoku.network.policy;

import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.policy.Isolation.Direction;
import io.kantoku.network.policy.Isolation.Ports;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From policies, pods and namespaces to {@link Isolation}. Policies add up: a pod that any of them selects for a direction is isolated in it, and whatever one of
 * them allows is allowed.
 *
 * <p>A port's name is looked up in the pod that receives, so a rule with names becomes one for each set of numbers that it means.
 */
public final class PolicyPlan {
    private final Collection<PolicyPod> pods;
    private final Map<String, Map<String, String>> namespaces;
    private final Collection<String> local;
    private final SortedSet<String> ingress = new TreeSet<>();
    private final SortedSet<String> egress = new TreeSet<>();
    private final List<Isolation.Rule> rules = new ArrayList<>();

    private PolicyPlan(
            Collection<PolicyPod> pods, Map<String, Map<String, String>> namespaces, Collection<String> local) {
        this.pods = pods;
        this.namespaces = namespaces;
        this.local = local;
    }

    /**
     * What the policies mean on a node.
     *
     * @param namespaces labels by name
     * @param local the addresses of the node's pods
     */
    public static Isolation of(
            Collection<Policy> policies,
            Collection<PolicyPod> pods,
            Map<String, Map<String, String>> namespaces,
            Collection<String> local) {
        PolicyPlan plan = new PolicyPlan(pods, namespaces, local);
        policies.stream().sorted((a, b) -> a.name().compareTo(b.name())).forEach(plan::add);
        return new Isolation(plan.ingress, plan.egress, plan.rules);
    }

    private void add(Policy policy) {
        List<PolicyPod> subjects = pods.stream()
                .filter(pod -> pod.name().namespace().equals(policy.name().namespace()))
                .filter(pod -> local.contains(pod.address()))
                .filter(pod -> policy.pods().matches(pod.labels()))
                .toList();
        if (subjects.isEmpty()) {
            return;
        }
        policy.ingress().ifPresent(allowed -> {
            subjects.forEach(subject -> ingress.add(subject.address()));
            for (int i = 0; i < allowed.size(); i++) {
                ingress(policy, policy.name() + "/in/" + i, allowed.get(i), subjects);
            }
        });
        policy.egress().ifPresent(allowed -> {
            subjects.forEach(subject -> egress.add(subject.address()));
            for (int i = 0; i < allowed.size(); i++) {
                egress(policy, policy.name() + "/out/" + i, allowed.get(i), subjects);
            }
        });
    }

    private void ingress(Policy policy, String id, Policy.Rule rule, List<PolicyPod> subjects) {
        boolean everybody = rule.peers().isEmpty();
        List<Ipv4Range> peers = new ArrayList<>(blocks(rule));
        peers(policy, rule).forEach(pod -> peers.add(single(pod)));
        if (everybody || !peers.isEmpty()) {
            byPorts(rule, subjects)
                    .forEach((ports, receivers) ->
                            add(id + ports, Direction.INGRESS, receivers, everybody, peers, ports));
        }
    }

    private void egress(Policy policy, String id, Policy.Rule rule, List<PolicyPod> subjects) {
        List<Ports> numbers = ports(rule, null);
        boolean all = rule.ports().isEmpty();
        List<Ipv4Range> blocks = blocks(rule);
        if (rule.peers().isEmpty() && (all || !numbers.isEmpty())) {
            add(id, Direction.EGRESS, subjects, true, List.of(), numbers);
        } else if (!blocks.isEmpty() && (all || !numbers.isEmpty())) {
            add(id, Direction.EGRESS, subjects, false, blocks, numbers);
        }
        Collection<PolicyPod> receivers = rule.peers().isEmpty() ? named(rule) : peers(policy, rule);
        byPorts(rule, receivers)
                .forEach((ports, same) -> add(
                        id + ports,
                        Direction.EGRESS,
                        subjects,
                        false,
                        same.stream().map(PolicyPlan::single).toList(),
                        ports));
    }

    private void add(
            String id,
            Direction direction,
            List<PolicyPod> subjects,
            boolean everybody,
            List<Ipv4Range> peers,
            List<Ports> ports) {
        boolean all = everybody || peers.stream().anyMatch(range -> range.prefix() == 0);
        List<Ipv4Range> outermost = all
                ? List.of()
                : peers.stream()
                        .distinct()
                        .filter(range -> peers.stream()
                                .noneMatch(other -> other.prefix() < range.prefix() && other.contains(range.first())))
                        .sorted(Comparator.comparingLong(Ipv4Range::first))
                        .toList();
        rules.add(new Isolation.Rule(id, direction, addresses(subjects), all, outermost, ports));
    }

    /** With everybody as peers, names still mean what each pod means by them. */
    private Collection<PolicyPod> named(Policy.Rule rule) {
        return rule.ports().stream().anyMatch(port -> !port.name().isEmpty()) ? pods : List.of();
    }

    private static List<Ipv4Range> blocks(Policy.Rule rule) {
        return rule.peers().stream()
                .filter(Policy.Peer.Block.class::isInstance)
                .flatMap(peer -> ((Policy.Peer.Block) peer).ranges().stream())
                .distinct()
                .toList();
    }

    private List<PolicyPod> peers(Policy policy, Policy.Rule rule) {
        return pods.stream()
                .filter(pod -> rule.peers().stream()
                        .anyMatch(peer -> peer instanceof Policy.Peer.Pods selected && selects(policy, selected, pod)))
                .toList();
    }

    private boolean selects(Policy policy, Policy.Peer.Pods peer, PolicyPod pod) {
        String namespace = pod.name().namespace();
        boolean here = peer.namespaces().isEmpty()
                ? namespace.equals(policy.name().namespace())
                : matches(peer.namespaces().get(), namespace);
        return here && peer.pods().matches(pod.labels());
    }

    private boolean matches(LabelSelector selector, String namespace) {
        Map<String, String> labels = namespaces.get(namespace);
        return labels != null && selector.matches(labels);
    }

    /** Receivers by the ports that the rule means for them; those that have none of them are left out. */
    private static Map<List<Ports>, List<PolicyPod>> byPorts(Policy.Rule rule, Collection<PolicyPod> receivers) {
        Map<List<Ports>, List<PolicyPod>> byPorts =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        for (PolicyPod receiver : receivers) {
            List<Ports> ports = ports(rule, receiver);
            if (rule.ports().isEmpty() || !ports.isEmpty()) {
                byPorts.computeIfAbsent(ports, _ -> new ArrayList<>()).add(receiver);
            }
        }
        return byPorts;
    }

    /** The numbers of a rule's ports, names by the receiver's where there is one. */
    private static List<Ports> ports(Policy.Rule rule, @Nullable PolicyPod receiver) {
        SortedSet<Ports> ports = new TreeSet<>();
        for (Policy.Port port : rule.ports()) {
            if (port.name().isEmpty()) {
                ports.add(new Ports(port.protocol(), port.first(), port.last()));
            } else if (receiver != null) {
                Integer number = receiver.ports().get(port.protocol() + "/" + port.name());
                if (number != null) {
                    ports.add(new Ports(port.protocol(), number, number));
                }
            }
        }
        return List.copyOf(ports);
    }

    private static SortedSet<String> addresses(Collection<PolicyPod> pods) {
        return pods.stream().map(PolicyPod::address).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Ipv4Range single(PolicyPod pod) {
        return new Ipv4Range(Ipv4Range.address(pod.address()), 32);
    }
}
