package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;

/**
 * Which phase a pod is in, by the statuses of its containers. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod Lifecycle</a>
 */
final class PodPhase {
    private int running;
    private int waiting;
    private int stopped;
    private int succeeded;

    private PodPhase() {}

    /** Whether nothing comes after it. */
    static boolean terminal(String phase) {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /**
     * The phase.
     *
     * @param pod with the present statuses of its containers
     * @param over whether all has ended of a pod that is being deleted, so that nothing will run again
     */
    static String of(KubeObject pod, ObservedPod observed, boolean over) {
        if (PodPlan.failedInit(pod, observed)) {
            return "Failed";
        }
        PodPhase count = new PodPhase();
        PodContainer.initial(pod).stream()
                .filter(container -> container.role() == PodContainer.Role.SIDECAR)
                .forEach(container -> count.sidecar(status(pod, container)));
        PodContainer.main(pod).forEach(container -> count.main(status(pod, container)));
        if (over) {
            return count.end();
        }
        if (count.waiting > 0 || !PodPlan.initialized(pod, observed)) {
            return "Pending";
        }
        if (count.running > 0 || PodPlan.restartsAny(pod, observed)) {
            return "Running";
        }
        return count.stopped > 0 ? count.end() : "Pending";
    }

    private static JsonNode status(KubeObject pod, PodContainer container) {
        return ContainerStatusWriter.reported(pod, container).orElseThrow();
    }

    private void sidecar(JsonNode status) {
        if (runs(status)) {
            running++;
        } else if (!hasEnded(status)) {
            waiting++;
        }
    }

    private void main(JsonNode status) {
        if (runs(status)) {
            running++;
        } else if (hasEnded(status)) {
            stopped++;
            succeeded +=
                    status.path("state").path("terminated").path("exitCode").asInt(1) == 0 ? 1 : 0;
        } else {
            waiting++;
        }
    }

    private static boolean runs(JsonNode status) {
        return status.path("state").has("running");
    }

    /** Also when it waits for its next start. */
    private static boolean hasEnded(JsonNode status) {
        return status.path("state").has("terminated")
                || status.path("lastState").has("terminated");
    }

    private String end() {
        return stopped > 0 && stopped == succeeded ? "Succeeded" : "Failed";
    }
}
