package io.kantoku.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What controllers ask about a pod. */
public final class Pods {
    private Pods() {}

    public static boolean isReady(KubeObject pod) {
        return Conditions.isTrue(pod, "Ready");
    }

    /** Whether the pod has been ready for so long; a pod without a transition time has only just become ready. */
    public static boolean isAvailable(KubeObject pod, long minReadySeconds, Instant now) {
        if (!isReady(pod)) {
            return false;
        }
        return minReadySeconds == 0
                || readySince(pod)
                        .filter(since -> !since.plusSeconds(minReadySeconds).isAfter(now))
                        .isPresent();
    }

    /** When a ready pod counts as available; empty when it does already or is not ready. */
    public static Optional<Duration> untilAvailable(KubeObject pod, long minReadySeconds, Instant now) {
        if (!isReady(pod) || isAvailable(pod, minReadySeconds, now)) {
            return Optional.empty();
        }
        Instant since = readySince(pod).orElse(now);
        return Optional.of(Duration.between(now, since.plusSeconds(minReadySeconds)));
    }

    public static Optional<Instant> readySince(KubeObject pod) {
        for (JsonNode condition : pod.at("status", "conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return Timestamps.parse(condition.path("lastTransitionTime").asText());
            }
        }
        return Optional.empty();
    }

    public static String phase(KubeObject pod) {
        return pod.text("status", "phase");
    }

    /** Whether all containers have ended for good. */
    public static boolean isTerminal(KubeObject pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** Whether the pod runs or will run: not ended, not being deleted. */
    public static boolean isActive(KubeObject pod) {
        return !isTerminal(pod) && !pod.deleting();
    }

    public static String nodeName(KubeObject pod) {
        return pod.text("spec", "nodeName");
    }

    public static int restarts(KubeObject pod) {
        int restarts = 0;
        for (JsonNode container : pod.at("status", "containerStatuses")) {
            restarts += container.path("restartCount").asInt();
        }
        return restarts;
    }

    /** Whether the pod belongs to a DaemonSet, which keeps one per node whatever happens to the node. */
    public static boolean isDaemon(KubeObject pod) {
        return pod.controller()
                .filter(owner -> owner.kind().equals("DaemonSet"))
                .isPresent();
    }
}
