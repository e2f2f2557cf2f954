package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.KubeClient;
import io.kantoku.kubelet.cri.CriRuntime;
import io.kantoku.kubelet.cri.SandboxSpec;
import io.kantoku.kubelet.runtime.RuntimeLayout;
import io.kantoku.lab.NetworkStack;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What a node gives to the workers of its pods.
 *
 * @param network the machine's
 * @param client with the node's identity
 * @param services of a namespace, and the API server's, for environments
 * @param clusterDns what {@code resolv.conf} of a pod of {@code ClusterFirst} says, by the pod's namespace
 * @param networkReady whether pods can be connected
 */
public record PodHost(
        String nodeName,
        String hostIp,
        long memoryBytes,
        String clusterDomain,
        KubeClient client,
        CriRuntime cri,
        RuntimeLayout layout,
        NetworkStack network,
        ImagePuller images,
        ProbeClient probes,
        EventSink events,
        NodeAccounts accounts,
        InstantSource clock,
        Function<String, List<KubeObject>> services,
        Function<String, SandboxSpec.Dns> clusterDns,
        BooleanSupplier networkReady) {

    /** Takes Events about pods; does not block. */
    @FunctionalInterface
    public interface EventSink {
        void record(KubeObject pod, String fieldPath, String type, String reason, String message);
    }

    void event(KubeObject pod, String fieldPath, String type, String reason, String message) {
        events.record(pod, fieldPath, type, reason, message);
    }
}
