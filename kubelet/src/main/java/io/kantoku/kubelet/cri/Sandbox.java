package io.kantoku.kubelet.cri;

import java.time.Instant;
import java.util.Map;

/**
 * A pod's sandbox as the runtime reports it.
 *
 * @param ip the pod's address, {@code ""} with the host's network and where it was not asked for
 */
public record Sandbox(
        String id,
        String name,
        String namespace,
        String uid,
        int attempt,
        boolean ready,
        Instant created,
        String ip,
        Map<String, String> labels) {
    public Sandbox {
        labels = Map.copyOf(labels);
    }

    /** Reads {@code PodSandbox} or {@code PodSandboxStatus}: the fields up to the fourth are the same. */
    private static Sandbox of(ProtoMessage message, String ip, Map<String, String> labels) {
        ProtoMessage metadata = message.message(2);
        return new Sandbox(
                message.text(1),
                metadata.text(1),
                metadata.text(3),
                metadata.text(2),
                (int) metadata.number(4),
                message.number(3) == 0,
                Container.time(message.number(4)),
                ip,
                labels);
    }

    static Sandbox ofList(ProtoMessage message) {
        return of(message, "", message.map(5));
    }

    static Sandbox ofStatus(ProtoMessage message) {
        return of(message, message.message(5).text(1), message.map(7));
    }
}
