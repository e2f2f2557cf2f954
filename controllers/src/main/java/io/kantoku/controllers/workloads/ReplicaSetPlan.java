package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a ReplicaSet needs.
 *
 * @param create how many pods to create
 * @param delete the pods to delete
 * @param recheck when a ready pod becomes available by the passing of time; zero for never
 */
record ReplicaSetPlan(int create, List<KubeObject> delete, Duration recheck) {
    static ReplicaSetPlan plan(KubeObject replicaSet, List<KubeObject> pods, Instant now) {
        List<KubeObject> active = pods.stream().filter(Pods::isActive).toList();
        Duration recheck = recheck(replicaSet, active, now);
        if (replicaSet.deleting()) {
            return new ReplicaSetPlan(0, List.of(), recheck);
        }
        int difference = replicas(replicaSet) - active.size();
        if (difference >= 0) {
            return new ReplicaSetPlan(Math.min(difference, PodControl.BURST), List.of(), recheck);
        }
        return new ReplicaSetPlan(
                0, DeletionOrder.choose(active, pods, Math.min(-difference, PodControl.BURST)), recheck);
    }

    /** {@code spec.replicas}, which is one unless it says otherwise. */
    static int replicas(KubeObject object) {
        return object.at("spec", "replicas").asInt(1);
    }

    /** The ReplicaSet with the counts of its status; conditions are kept. */
    static KubeObject status(KubeObject replicaSet, List<KubeObject> pods, Instant now) {
        long minReady = replicaSet.at("spec", "minReadySeconds").asLong();
        Map<String, String> templateLabels = new HashMap<>();
        replicaSet
                .at("spec", "template", "metadata", "labels")
                .properties()
                .forEach(label ->
                        templateLabels.put(label.getKey(), label.getValue().asText()));
        int active = 0;
        int labeled = 0;
        int ready = 0;
        int available = 0;
        for (KubeObject pod : pods) {
            if (Pods.isActive(pod)) {
                active++;
                labeled += pod.labels().entrySet().containsAll(templateLabels.entrySet()) ? 1 : 0;
                ready += Pods.isReady(pod) ? 1 : 0;
                available += Pods.isAvailable(pod, minReady, now) ? 1 : 0;
            }
        }
        KubeObject next = replicaSet.copy();
        next.status().put("replicas", active);
        Counts.put(next, "fullyLabeledReplicas", labeled);
        Counts.put(next, "readyReplicas", ready);
        Counts.put(next, "availableReplicas", available);
        next.status().put("observedGeneration", replicaSet.generation());
        return next;
    }

    private static Duration recheck(KubeObject replicaSet, List<KubeObject> pods, Instant now) {
        long minReady = replicaSet.at("spec", "minReadySeconds").asLong();
        return pods.stream()
                .flatMap(pod -> Pods.untilAvailable(pod, minReady, now).stream())
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
