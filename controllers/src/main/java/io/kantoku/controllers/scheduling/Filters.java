package io.kantoku.controllers.scheduling;

import io.kantoku.controllers.Taint;
import io.kantoku.controllers.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Why a node cannot take a pod, in upstream's words; what only concerns the one node. */
final class Filters {
    private Filters() {}

    /** The first filter's refusal; {@link Refusal#NONE} when the node can take the pod. */
    static Refusal refusal(PodState pod, NodeState node) {
        Taint unschedulable = Taint.noSchedule(Taint.UNSCHEDULABLE);
        if (node.unschedulable() && !tolerated(pod.tolerations(), unschedulable)) {
            return Refusal.ofNode("node(s) were unschedulable");
        }
        Optional<Taint> taint = untolerated(pod, node);
        if (taint.isPresent()) {
            return Refusal.ofNode("node(s) had untolerated taint " + taint.get().shown());
        }
        if (!pod.nodeSelection().allows(node.name(), node.labels())) {
            return Refusal.ofNode("node(s) didn't match Pod's node affinity/selector");
        }
        if (portsTaken(pod, node)) {
            return Refusal.ofRoom(List.of("node(s) didn't have free ports for the requested pod ports"), false);
        }
        Refusal room = room(pod, node);
        return room.none() ? pod.volumes().refusal(node.name(), node.labels()) : room;
    }

    /** The first taint that keeps the pod off the node. */
    static Optional<Taint> untolerated(PodState pod, NodeState node) {
        return node.taints().stream()
                .filter(taint -> !taint.effect().equals("PreferNoSchedule") && !tolerated(pod.tolerations(), taint))
                .findFirst();
    }

    private static boolean tolerated(List<Toleration> tolerations, Taint taint) {
        return tolerations.stream().anyMatch(toleration -> toleration.tolerates(taint));
    }

    private static boolean portsTaken(PodState pod, NodeState node) {
        return !pod.hostPorts().isEmpty()
                && node.pods().stream()
                        .flatMap(other -> other.hostPorts().stream())
                        .anyMatch(taken -> pod.hostPorts().stream().anyMatch(taken::collides));
    }

    /** What more than the whole node is asked for, no preemption can give. */
    private static Refusal room(PodState pod, NodeState node) {
        List<String> reasons = new ArrayList<>();
        boolean helpless = false;
        if (node.pods().size() + 1 > node.allocatable().get("pods")) {
            reasons.add("Too many pods");
        }
        for (var request : new TreeMap<>(pod.requests().by()).entrySet()) {
            long allocatable = node.allocatable().get(request.getKey());
            if (request.getValue() > 0
                    && request.getValue() > allocatable - node.requested().get(request.getKey())) {
                reasons.add("Insufficient " + request.getKey());
                helpless |= request.getValue() > allocatable;
            }
        }
        return reasons.isEmpty() ? Refusal.NONE : Refusal.ofRoom(reasons, helpless);
    }
}
