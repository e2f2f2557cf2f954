package io.kantoku.controllers.scheduling;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules that look beyond one node, worked out once for a pod: topology spread constraints and affinity between pods.
 */
final class Topology {
    /** A value of a label of nodes. */
    private record Domain(String key, String value) {}

    private final PodState pod;
    private final Namespaces namespaces;
    private final Map<SpreadConstraint, Map<String, Integer>> spread = new HashMap<>();
    /** Where pods run that match all of the pod's affinity terms. */
    private final Map<Domain, Integer> companions = new HashMap<>();

    private final Map<Domain, Integer> avoided = new HashMap<>();
    private final Map<Domain, Integer> forbidden = new HashMap<>();
    private final Map<Domain, Long> liked = new HashMap<>();

    Topology(PodState pod, Collection<NodeState> nodes, Namespaces namespaces) {
        this.pod = pod;
        this.namespaces = namespaces;
        pod.spread().forEach(constraint -> spread.put(constraint, spreadCounts(constraint, nodes)));
        boolean looks = !pod.affinity().isEmpty()
                || !pod.antiAffinity().isEmpty()
                || !pod.preferred().isEmpty();
        for (NodeState node : nodes) {
            if (node.exists() && (looks || node.repels() || node.opinionated())) {
                node.pods().forEach(other -> look(node, other));
            }
        }
    }

    /** Takes in what one pod means for this one, and this one for it. */
    private void look(NodeState node, PodState other) {
        if (!pod.affinity().isEmpty() && pod.affinity().stream().allMatch(term -> term.matches(other, namespaces))) {
            pod.affinity().forEach(term -> count(companions, node, term.topologyKey()));
        }
        for (PodTerm term : pod.antiAffinity()) {
            if (term.matches(other, namespaces)) {
                count(avoided, node, term.topologyKey());
            }
        }
        for (PodTerm term : other.antiAffinity()) {
            if (term.matches(pod, namespaces)) {
                count(forbidden, node, term.topologyKey());
            }
        }
        pod.preferred().forEach(weighted -> like(node, weighted.term(), other, weighted.weight()));
        other.preferred().forEach(weighted -> like(node, weighted.term(), pod, weighted.weight()));
        // Upstream's hardPodAffinityWeight.
        other.affinity().forEach(term -> like(node, term, pod, 1));
    }

    private void like(NodeState node, PodTerm term, PodState subject, int weight) {
        String value = node.labels().get(term.topologyKey());
        if (value != null && term.matches(subject, namespaces)) {
            liked.merge(new Domain(term.topologyKey(), value), (long) weight, Long::sum);
        }
    }

    private static void count(Map<Domain, Integer> counts, NodeState node, String key) {
        String value = node.labels().get(key);
        if (value != null) {
            counts.merge(new Domain(key, value), 1, Integer::sum);
        }
    }

    /** Why the node is refused. */
    Refusal refusal(NodeState node) {
        Refusal spreading = spreading(node);
        if (!spreading.none()) {
            return spreading;
        }
        // The first pod of a group that wants to be together has nobody to join.
        boolean first = companions.isEmpty() && pod.affinity().stream().allMatch(term -> term.matches(pod, namespaces));
        for (PodTerm term : pod.affinity()) {
            String value = node.labels().get(term.topologyKey());
            if (value == null || (!first && !companions.containsKey(new Domain(term.topologyKey(), value)))) {
                return Refusal.ofPods("node(s) didn't match pod affinity rules", true);
            }
        }
        for (PodTerm term : pod.antiAffinity()) {
            if (in(avoided, node, term.topologyKey())) {
                return Refusal.ofPods("node(s) didn't match pod anti-affinity rules", false);
            }
        }
        for (Domain domain : forbidden.keySet()) {
            if (domain.value().equals(node.labels().get(domain.key()))) {
                return Refusal.ofPods("node(s) didn't satisfy existing pods anti-affinity rules", false);
            }
        }
        return Refusal.NONE;
    }

    private static boolean in(Map<Domain, Integer> counts, NodeState node, String key) {
        String value = node.labels().get(key);
        return value != null && counts.containsKey(new Domain(key, value));
    }

    private Refusal spreading(NodeState node) {
        for (SpreadConstraint constraint : pod.spread()) {
            if (!constraint.required()) {
                continue;
            }
            String domain = node.labels().get(constraint.topologyKey());
            if (domain == null) {
                return Refusal.ofPods(
                        "node(s) didn't match pod topology spread constraints (missing required label)", true);
            }
            Map<String, Integer> counts = spread.getOrDefault(constraint, Map.of());
            int least = counts.size() < constraint.minDomains()
                    ? 0
                    : counts.values().stream().min(Integer::compare).orElse(0);
            int self = constraint.selector().matches(pod.labels()) ? 1 : 0;
            if (counts.getOrDefault(domain, 0) + self - least > constraint.maxSkew()) {
                return Refusal.ofPods("node(s) didn't match pod topology spread constraints", false);
            }
        }
        return Refusal.NONE;
    }

    /** How many pods the soft constraints find in the node's domains: fewer is better. */
    int crowd(NodeState node) {
        int crowd = 0;
        for (SpreadConstraint constraint : pod.spread()) {
            if (!constraint.required()) {
                String domain = node.labels().get(constraint.topologyKey());
                Map<String, Integer> counts = spread.getOrDefault(constraint, Map.of());
                crowd += domain == null
                        ? counts.values().stream().max(Integer::compare).orElse(0) + 1
                        : counts.getOrDefault(domain, 0);
            }
        }
        return crowd;
    }

    /** The weights of preferred pod affinity on this node: the pod's own, and those of the pods that run. */
    double liking(NodeState node) {
        double sum = 0;
        for (Map.Entry<Domain, Long> entry : liked.entrySet()) {
            Domain domain = entry.getKey();
            if (domain.value().equals(node.labels().get(domain.key()))) {
                sum += entry.getValue();
            }
        }
        return sum;
    }

    /** Pods per domain, over the nodes that count; a domain without pods counts zero. */
    private Map<String, Integer> spreadCounts(SpreadConstraint constraint, Collection<NodeState> nodes) {
        List<String> keys = pod.spread().stream()
                .filter(other -> other.required() == constraint.required())
                .map(SpreadConstraint::topologyKey)
                .toList();
        Map<String, Integer> counts = new HashMap<>();
        for (NodeState node : nodes) {
            String domain = node.labels().get(constraint.topologyKey());
            if (domain == null || !node.exists() || !counted(constraint, keys, node)) {
                continue;
            }
            int found = (int) node.pods().stream()
                    .filter(other -> !other.rank().deleting()
                            && other.name().namespace().equals(pod.name().namespace())
                            && constraint.selector().matches(other.labels()))
                    .count();
            counts.merge(domain, found, Integer::sum);
        }
        return counts;
    }

    /** Nodes without a label of any constraint of that strictness do not count, nor those that its policies leave out. */
    private boolean counted(SpreadConstraint constraint, List<String> keys, NodeState node) {
        return node.labels().keySet().containsAll(keys)
                && (!constraint.honoursAffinity() || pod.nodeSelection().allows(node.name(), node.labels()))
                && (!constraint.honoursTaints()
                        || Filters.untolerated(pod, node).isEmpty());
    }
}
