package io.kantoku.controllers.scheduling;

import io.kantoku.controllers.Taint;
import java.util.ArrayList;
import java.util.List;

/** Why a node cannot take a pod, in upstream's words; what only concerns the one node. */
final class Filters {
    private Filters() {}

    /** The reasons of the first filter that refuses the node; empty when it can take the pod. */
    static List<String> reasons(PodState pod, NodeState node) {
        Taint unschedulable = Taint.noSchedule(Taint.UNSCHEDULABLE);
        if (node.unschedulable()
                && pod.tolerations().stream().noneMatch(toleration -> toleration.tolerates(unschedulable))) {
            return List.of("node(s) were unschedulable");
        }
        for (Taint taint : node.taints()) {
            if (!taint.effect().equals("PreferNoSchedule")
                    && pod.tolerations().stream().noneMatch(toleration -> toleration.tolerates(taint))) {
                return List.of("node(s) had untolerated taint " + taint.shown());
            }
        }
        if (!pod.nodeSelection().allows(node.name(), node.labels())) {
            return List.of("node(s) didn't match Pod's node affinity/selector");
        }
        if (portsTaken(pod, node)) {
            return List.of("node(s) didn't have free ports for the requested pod ports");
        }
        List<String> insufficient = insufficient(pod, node);
        if (!insufficient.isEmpty()) {
            return insufficient;
        }
        boolean reachable = pod.volumes().stream()
                .allMatch(terms -> terms.stream().anyMatch(term -> term.matches(node.name(), node.labels())));
        return reachable ? List.of() : List.of("node(s) had volume node affinity conflict");
    }

    private static boolean portsTaken(PodState pod, NodeState node) {
        return !pod.hostPorts().isEmpty()
                && node.pods().stream()
                        .flatMap(other -> other.hostPorts().stream())
                        .anyMatch(taken -> pod.hostPorts().stream().anyMatch(taken::collides));
    }

    private static List<String> insufficient(PodState pod, NodeState node) {
        List<String> reasons = new ArrayList<>();
        if (node.pods().size() + 1 > node.allocatable().get("pods")) {
            reasons.add("Too many pods");
        }
        pod.requests().by().forEach((resource, amount) -> {
            if (amount > 0
                    && amount
                            > node.allocatable().get(resource)
                                    - node.requested().get(resource)) {
                reasons.add("Insufficient " + resource);
            }
        });
        return reasons;
    }
}
