package io.kantoku.controllers.scheduling;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules that look beyond one node, worked out once for a pod: topology spread constraints and affinity between pods.
 */
final class Topology {
    private final PodState pod;
    private final Map<SpreadConstraint, Map<String, Integer>> spread = new HashMap<>();
    private final Map<PodTerm, Map<String, Integer>> matches = new HashMap<>();
    private final Map<String, Map<String, Integer>> forbidden = new HashMap<>();
    private final Map<PodState.Weighted, Map<String, Integer>> liked = new HashMap<>();

    Topology(PodState pod, Collection<NodeState> nodes) {
        this.pod = pod;
        pod.spread().forEach(constraint -> spread.put(constraint, spreadCounts(constraint, nodes)));
        pod.affinity().forEach(term -> matches.put(term, count(term, nodes)));
        pod.antiAffinity().forEach(term -> matches.put(term, count(term, nodes)));
        pod.preferred().forEach(weighted -> liked.put(weighted, count(weighted.term(), nodes)));
        for (NodeState node : nodes) {
            if (!node.repels()) {
                continue;
            }
            for (PodState other : node.pods()) {
                for (PodTerm term : other.antiAffinity()) {
                    String domain = node.labels().get(term.topologyKey());
                    if (domain != null && term.matches(pod)) {
                        forbidden
                                .computeIfAbsent(term.topologyKey(), _ -> new HashMap<>())
                                .merge(domain, 1, Integer::sum);
                    }
                }
            }
        }
    }

    /** Why the node is refused; empty when it is not. */
    List<String> reasons(NodeState node) {
        for (SpreadConstraint constraint : pod.spread()) {
            if (!constraint.required()) {
                continue;
            }
            String domain = node.labels().get(constraint.topologyKey());
            if (domain == null) {
                return List.of("node(s) didn't match pod topology spread constraints (missing required label)");
            }
            Map<String, Integer> counts = spread.getOrDefault(constraint, Map.of());
            int least = counts.size() < constraint.minDomains()
                    ? 0
                    : counts.values().stream().min(Integer::compare).orElse(0);
            int self = constraint.selector().matches(pod.labels()) ? 1 : 0;
            if (counts.getOrDefault(domain, 0) + self - least > constraint.maxSkew()) {
                return List.of("node(s) didn't match pod topology spread constraints");
            }
        }
        for (PodTerm term : pod.affinity()) {
            String domain = node.labels().get(term.topologyKey());
            Map<String, Integer> counts = matches.getOrDefault(term, Map.of());
            // The first pod of a group that wants to be together has nobody to join.
            boolean first = counts.isEmpty() && term.matches(pod);
            if (domain == null || (!first && !counts.containsKey(domain))) {
                return List.of("node(s) didn't match pod affinity rules");
            }
        }
        for (PodTerm term : pod.antiAffinity()) {
            String domain = node.labels().get(term.topologyKey());
            if (domain != null && matches.getOrDefault(term, Map.of()).containsKey(domain)) {
                return List.of("node(s) didn't match pod anti-affinity rules");
            }
        }
        for (Map.Entry<String, Map<String, Integer>> key : forbidden.entrySet()) {
            String domain = node.labels().get(key.getKey());
            if (domain != null && key.getValue().containsKey(domain)) {
                return List.of("node(s) didn't satisfy existing pods anti-affinity rules");
            }
        }
        return List.of();
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

    /** The weights of preferred pod affinity on this node. */
    int liking(NodeState node) {
        int sum = 0;
        for (PodState.Weighted weighted : pod.preferred()) {
            String domain = node.labels().get(weighted.term().topologyKey());
            sum += domain == null
                    ? 0
                    : weighted.weight() * liked.getOrDefault(weighted, Map.of()).getOrDefault(domain, 0);
        }
        return sum;
    }

    /** Pods per domain, over the nodes that the pod's own selection allows; a domain without pods counts zero. */
    private Map<String, Integer> spreadCounts(SpreadConstraint constraint, Collection<NodeState> nodes) {
        Map<String, Integer> counts = new HashMap<>();
        for (NodeState node : nodes) {
            String domain = node.labels().get(constraint.topologyKey());
            if (domain == null || !node.exists() || !pod.nodeSelection().allows(node.name(), node.labels())) {
                continue;
            }
            int found = (int) node.pods().stream()
                    .filter(other -> other.name().namespace().equals(pod.name().namespace())
                            && constraint.selector().matches(other.labels()))
                    .count();
            counts.merge(domain, found, Integer::sum);
        }
        return counts;
    }

    private static Map<String, Integer> count(PodTerm term, Collection<NodeState> nodes) {
        Map<String, Integer> counts = new HashMap<>();
        for (NodeState node : nodes) {
            String domain = node.labels().get(term.topologyKey());
            if (domain != null) {
                int found = (int) node.pods().stream().filter(term::matches).count();
                if (found > 0) {
                    counts.merge(domain, found, Integer::sum);
                }
            }
        }
        return counts;
    }
}
