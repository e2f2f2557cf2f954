package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import java.util.Optional;

/** Writes the status of a pod from what is known of it, in the words of upstream's kubelet. Pure. */
final class PodStatusWriter {
    /** The end of a pod that the node itself decided. */
    record Verdict(String phase, String reason, String message) {
        static final Verdict DEADLINE = new Verdict(
                "Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
    }

    private final KubeObject pod;
    private final ObservedPod observed;
    private final StatusFacts facts;

    PodStatusWriter(KubeObject pod, ObservedPod observed, StatusFacts facts) {
        this.pod = pod;
        this.observed = observed;
        this.facts = facts;
    }

    /** A copy of the pod with its whole status. */
    KubeObject write(Optional<Verdict> verdict) {
        KubeObject result = pod.copy();
        ObjectNode status = result.status();
        if (facts.generation() > 0) {
            status.put("observedGeneration", facts.generation());
        }
        if (!status.has("startTime")) {
            status.put("startTime", Timestamps.seconds(facts.now()));
        }
        addresses(status);
        status.put("qosClass", QosClass.of(pod).text());
        new ContainerStatusWriter(pod, observed, facts).writeAll(status);
        phase(result, verdict);
        new PodConditions(result, observed, facts).write();
        return result;
    }

    private void addresses(ObjectNode status) {
        status.put("hostIP", facts.hostIp());
        status.putArray("hostIPs").addObject().put("ip", facts.hostIp());
        String ip = pod.at("spec", "hostNetwork").asBoolean() ? facts.hostIp() : observed.podIp();
        if (!ip.isEmpty()) {
            status.put("podIP", ip);
            status.putArray("podIPs").addObject().put("ip", ip);
        }
    }

    /** A pod has ended when nothing of it runs any more, and then for good. */
    private void phase(KubeObject result, Optional<Verdict> verdict) {
        String before = pod.text("status", "phase");
        if (PodPhase.terminal(before)) {
            return;
        }
        boolean runs = observed.anyRunning();
        String reached =
                verdict.map(Verdict::phase).orElseGet(() -> PodPhase.of(result, observed, pod.deleting() && !runs));
        boolean held = runs && PodPhase.terminal(reached);
        result.status().put("phase", !held ? reached : before.isEmpty() ? "Pending" : before);
        if (!held) {
            verdict.ifPresent(end -> result.status().put("reason", end.reason()).put("message", end.message()));
        }
    }
}
