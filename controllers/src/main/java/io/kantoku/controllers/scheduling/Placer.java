package io.kantoku.controllers.scheduling;

import io.kantoku.controllers.Taint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Chooses a node for a pod: refuses, scores, and takes the best, as upstream's default profile does.
 *
 * <p>Scores are each scaled to 0..100 over the candidates and weighted as upstream: untolerated soft taints 3; node affinity,
 * spreading and pod affinity 2 each; free and balanced resources 1 each. In large clusters only as many candidates are scored as
 * upstream would ({@code 50 - nodes/125} per cent, at least 5, and at least 100 nodes). Pods of one controller are spread over nodes
 * and zones by default. Equal scores go to the node with fewer pods, then by name.
 */
final class Placer {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final int ALWAYS_SCORED = 100;
    private static final Refusal PINNED_ELSEWHERE = Refusal.ofNode("node(s) didn't satisfy plugin(s) [NodeAffinity]");

    private Placer() {}

    /**
     * Chooses among the nodes.
     *
     * @param crowded the same nodes with the pods for which room is being made there and that come before this one
     * @param start the index of the first node to look at; callers move it on so that all nodes have their turn
     */
    static Placement place(
            PodState pod, Collection<NodeState> all, Collection<NodeState> crowded, Namespaces namespaces, int start) {
        List<NodeState> nodes =
                new ArrayList<>(all.stream().filter(NodeState::exists).toList());
        Fit fit = new Fit(pod, all, namespaces);
        Map<String, NodeState> later = new HashMap<>();
        Fit laterFit = fit;
        if (!crowded.isEmpty()) {
            crowded.forEach(node -> later.put(node.name(), node));
            laterFit = new Fit(pod, crowded, namespaces);
        }
        Optional<Set<String>> pinned = pod.nodeSelection().pinned();
        Map<String, Refusal> refused = new HashMap<>();
        List<NodeState> candidates = new ArrayList<>();
        int enough = enough(nodes.size());
        for (int i = 0; i < nodes.size() && candidates.size() < enough; i++) {
            NodeState node = nodes.get(Math.floorMod(start + i, nodes.size()));
            Refusal refusal =
                    pinned.isPresent() && !pinned.get().contains(node.name()) ? PINNED_ELSEWHERE : fit.refusal(node);
            NodeState then = later.get(node.name());
            if (refusal.none() && then != null) {
                refusal = laterFit.refusal(then);
            }
            if (refusal.none()) {
                if (node.name().equals(pod.rank().nominated())) {
                    return new Placement.On(node.name());
                }
                candidates.add(node);
            } else {
                refused.put(node.name(), refusal);
            }
        }
        return candidates.isEmpty()
                ? new Placement.Nowhere(new Diagnosis(nodes.size(), "", refused))
                : new Placement.On(best(pod, candidates, fit.topology()).name());
    }

    static int enough(int nodes) {
        if (nodes <= ALWAYS_SCORED) {
            return nodes;
        }
        int percent = Math.max(5, 50 - nodes / 125);
        return Math.max(ALWAYS_SCORED, nodes * percent / 100);
    }

    private static NodeState best(PodState pod, List<NodeState> candidates, Topology topology) {
        if (candidates.size() == 1) {
            return candidates.getFirst();
        }
        double[] scores = new double[candidates.size()];
        Map<String, Integer> zones = siblingsByZone(pod, candidates);
        add(scores, candidates, 3, node -> -softTaints(pod, node));
        add(scores, candidates, 2, node -> pod.nodeSelection().liking(node.name(), node.labels()));
        add(scores, candidates, 2, topology::liking);
        add(
                scores,
                candidates,
                2,
                node -> pod.spread().isEmpty()
                        ? -siblings(pod, node)
                                - 0.5 * zones.getOrDefault(node.labels().getOrDefault(ZONE, ""), 0)
                        : -topology.crowd(node));
        for (int i = 0; i < scores.length; i++) {
            scores[i] += free(pod, candidates.get(i));
        }
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (compare(scores[i], candidates.get(i), scores[best], candidates.get(best)) > 0) {
                best = i;
            }
        }
        return candidates.get(best);
    }

    private static int compare(double score, NodeState node, double otherScore, NodeState other) {
        int byScore = Long.compare(Math.round(score * 1000), Math.round(otherScore * 1000));
        if (byScore != 0) {
            return byScore;
        }
        int byPods = Integer.compare(other.pods().size(), node.pods().size());
        return byPods != 0 ? byPods : other.name().compareTo(node.name());
    }

    /** Adds a score, scaled so that the worst candidate has 0 and the best 100 times the weight; equals add nothing. */
    private static void add(
            double[] scores, List<NodeState> candidates, int weight, ToDoubleFunction<NodeState> value) {
        double[] values = candidates.stream().mapToDouble(value).toArray();
        double least = Double.MAX_VALUE;
        double most = -Double.MAX_VALUE;
        for (double v : values) {
            least = Math.min(least, v);
            most = Math.max(most, v);
        }
        if (most > least) {
            for (int i = 0; i < scores.length; i++) {
                scores[i] += weight * 100 * (values[i] - least) / (most - least);
            }
        }
    }

    /** Free share of CPU and memory after the pod, and how evenly the two are used; 0..200. */
    private static double free(PodState pod, NodeState node) {
        double cpu = used(pod, node, "cpu");
        double memory = used(pod, node, "memory");
        double least = (2 - cpu - memory) / 2 * 100;
        double balance = (1 - Math.abs(cpu - memory) / 2) * 100;
        return least + balance;
    }

    private static double used(PodState pod, NodeState node, String resource) {
        long capacity = node.allocatable().get(resource);
        if (capacity == 0) {
            return 1;
        }
        long used = node.compared().get(resource) + NodeState.comparable(pod).get(resource);
        return Math.min(1, (double) used / capacity);
    }

    private static int softTaints(PodState pod, NodeState node) {
        int count = 0;
        for (Taint taint : node.taints()) {
            if (taint.effect().equals("PreferNoSchedule")
                    && pod.tolerations().stream().noneMatch(toleration -> toleration.tolerates(taint))) {
                count++;
            }
        }
        return count;
    }

    private static int siblings(PodState pod, NodeState node) {
        return pod.owner().isEmpty() ? 0 : node.ownedBy(pod.owner());
    }

    private static Map<String, Integer> siblingsByZone(PodState pod, List<NodeState> candidates) {
        Map<String, Integer> zones = new TreeMap<>();
        candidates.forEach(
                node -> zones.merge(node.labels().getOrDefault(ZONE, ""), siblings(pod, node), Integer::sum));
        return zones;
    }
}
