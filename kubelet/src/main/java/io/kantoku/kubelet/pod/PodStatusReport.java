package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Resources;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Writes the status of one pod to the API when it has changed. Owned by the pod's worker. */
final class PodStatusReport {
    private static final int ATTEMPTS = 5;
    private static final String RUNTIME = "containerd";

    private final PodHost host;
    private final TerminationMessages messages;
    private volatile Optional<KubeObject> latest = Optional.empty();

    PodStatusReport(PodHost host, PodDirectory directory) {
        this.host = host;
        this.messages = new TerminationMessages(host.layout(), directory);
    }

    /** What was last written. Any thread. */
    Optional<KubeObject> latest() {
        return latest;
    }

    void write(KubeObject pod, ObservedPod observed, Allocation allocation, Optional<PodStatusWriter.Verdict> verdict) {
        KubeObject base = latest.filter(written -> newer(written, pod)).orElse(pod);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            StatusFacts facts = new StatusFacts(
                    pod.at("metadata", "generation").asLong(),
                    RUNTIME,
                    host.hostIp(),
                    host.clock().instant(),
                    words(base, observed),
                    allocation);
            KubeObject wanted = new PodStatusWriter(base, observed, facts).write(verdict);
            if (wanted.at("status").equals(base.at("status"))) {
                latest = Optional.of(base);
                return;
            }
            try {
                latest = Optional.of(host.client().updateStatus(Resources.PODS, wanted));
                return;
            } catch (ApiException e) {
                if (e.isNotFound()) {
                    return; // the watch will say so
                }
                if (!e.isConflict()) {
                    throw e;
                }
            }
            Optional<KubeObject> fresh = host.client()
                    .find(Resources.PODS, pod.namespacedName())
                    .filter(found -> found.uid().equals(pod.uid()));
            if (fresh.isEmpty()) {
                return;
            }
            base = fresh.get();
        }
    }

    /** Says that the node does not take the pod. */
    void refuse(KubeObject pod, PodAdmission.Refusal why) {
        latest = Optional.of(host.client()
                .updateStatus(Resources.PODS, why.write(pod, host.clock().instant())));
    }

    private Map<String, String> words(KubeObject pod, ObservedPod observed) {
        Map<String, String> words = new HashMap<>();
        for (PodContainer container : PodContainer.all(pod)) {
            observed.attempts(container.name()).stream()
                    .filter(present -> present.ended())
                    .forEach(present -> {
                        String message = messages.of(pod, container, present);
                        if (!message.isEmpty()) {
                            words.put(present.id(), message);
                        }
                    });
        }
        return words;
    }

    private static boolean newer(KubeObject written, KubeObject pod) {
        try {
            return Long.parseLong(written.resourceVersion()) > Long.parseLong(pod.resourceVersion());
        } catch (NumberFormatException _) {
            return false; // versions are opaque; then the watch's word counts
        }
    }
}
