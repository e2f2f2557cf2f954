package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Pods;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which a ReplicaSet gives up pods, upstream's: those that are least missed first. Unassigned before assigned,
 * pending before running, unready before ready, cheaper by {@code controller.kubernetes.io/pod-deletion-cost}, on the more crowded node,
 * ready for a shorter time, restarted more often, younger.
 */
final class DeletionOrder {
    private DeletionOrder() {}

    /** The first {@code count} of the pods in that order; {@code related} pods also crowd nodes. */
    static List<KubeObject> choose(List<KubeObject> pods, List<KubeObject> related, int count) {
        if (count >= pods.size()) {
            return pods;
        }
        Map<String, Integer> crowd = new HashMap<>();
        related.stream()
                .filter(pod -> Pods.isActive(pod) && !Pods.nodeName(pod).isEmpty())
                .forEach(pod -> crowd.merge(Pods.nodeName(pod), 1, Integer::sum));
        List<KubeObject> sorted = new ArrayList<>(pods);
        sorted.sort(order(crowd));
        return sorted.subList(0, count);
    }

    private static Comparator<KubeObject> order(Map<String, Integer> crowd) {
        return Comparator.<KubeObject, Boolean>comparing(
                        pod -> !Pods.nodeName(pod).isEmpty())
                .thenComparingInt(DeletionOrder::phaseRank)
                .thenComparing(Pods::isReady)
                .thenComparingInt(DeletionOrder::cost)
                .thenComparing(Comparator.comparingInt((KubeObject pod) -> crowd.getOrDefault(Pods.nodeName(pod), 0))
                        .reversed())
                .thenComparing(
                        pod -> Pods.isReady(pod) ? Pods.readySince(pod).orElse(Instant.MAX) : Instant.MAX,
                        Comparator.reverseOrder())
                .thenComparing(Comparator.comparingInt(Pods::restarts).reversed())
                .thenComparing(DeletionOrder::created, Comparator.reverseOrder())
                .thenComparing(KubeObject::name);
    }

    private static int phaseRank(KubeObject pod) {
        return switch (Pods.phase(pod)) {
            case "Pending", "" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }

    private static int cost(KubeObject pod) {
        String text = pod.annotations().getOrDefault("controller.kubernetes.io/pod-deletion-cost", "0");
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static Instant created(KubeObject pod) {
        return Timestamps.parse(pod.text("metadata", "creationTimestamp")).orElse(Instant.MAX);
    }
}
