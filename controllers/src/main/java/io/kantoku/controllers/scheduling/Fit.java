package io.kantoku.controllers.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** All rules of which nodes take a pod, worked out once for the pod. */
final class Fit {
    private final PodState pod;
    private final Topology topology;

    Fit(PodState pod, Collection<NodeState> nodes, Namespaces namespaces) {
        this.pod = pod;
        topology = new Topology(pod, nodes, namespaces);
    }

    Refusal refusal(NodeState node) {
        Refusal alone = Filters.refusal(pod, node);
        return alone.none() ? topology.refusal(node) : alone;
    }

    Topology topology() {
        return topology;
    }

    /** The nodes with one of them in another state. */
    static List<NodeState> with(Collection<NodeState> nodes, NodeState other) {
        List<NodeState> all = new ArrayList<>(nodes.size());
        nodes.forEach(node -> all.add(node.name().equals(other.name()) ? other : node));
        return all;
    }
}
