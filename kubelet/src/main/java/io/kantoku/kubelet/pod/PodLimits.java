package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import io.kantoku.lab.GroupLimits;
import java.io.IOException;

/**
 * The limits of a pod's control group, in which those of its containers are: what all request together, and a limit where each has
 * one, or where the pod as a whole has (KEP-2837).
 *
 * @param cpuMilli requested, in thousandths of a processor
 * @param cpuLimitMilli 0 for no limit
 * @param memoryLimit in bytes; 0 for no limit
 */
record PodLimits(long cpuMilli, long cpuLimitMilli, long memoryLimit) {
    static PodLimits of(KubeObject pod) {
        return new PodLimits(Amounts.requestedBy(pod).get("cpu"), limit(pod, "cpu"), limit(pod, "memory"));
    }

    private static long limit(KubeObject pod, String resource) {
        Amounts whole = Amounts.of(pod.at("spec", "resources", "limits"));
        if (whole.get(resource) > 0) {
            return whole.get(resource);
        }
        long together = 0;
        long most = 0;
        long sidecars = 0;
        for (PodContainer container : PodContainer.all(pod)) {
            if (container.role() == PodContainer.Role.EPHEMERAL) {
                continue;
            }
            long limit = limit(container.json(), resource);
            if (limit == 0) {
                return 0;
            }
            switch (container.role()) {
                case INIT -> most = Math.max(most, sidecars + limit);
                case SIDECAR -> sidecars += limit;
                case MAIN, EPHEMERAL -> together += limit;
            }
        }
        long overhead = Amounts.of(pod.at("spec", "overhead")).get(resource);
        return Math.max(most, sidecars + together) + overhead;
    }

    private static long limit(JsonNode container, String resource) {
        return Amounts.of(container.path("resources").path("limits")).get(resource);
    }

    /** Puts the group under these limits. */
    void set(String path) throws IOException {
        limits(cpuLimitMilli, memoryLimit).apply(path);
    }

    /** Takes the limits off for as long as those within change: none of them may be above it. */
    void widen(String path) throws IOException {
        limits(0, 0).apply(path);
    }

    private GroupLimits limits(long cpu, long memory) {
        return new GroupLimits(ContainerSpecs.shares(cpuMilli), ContainerSpecs.quota(cpu), memory);
    }
}
