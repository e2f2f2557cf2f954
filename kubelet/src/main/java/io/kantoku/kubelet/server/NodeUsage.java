package io.kantoku.kubelet.server;

import java.time.Instant;
import java.util.List;

/**
 * What a node uses, as {@code /stats/summary} and {@code /metrics/resource} report it.
 *
 * @param node its name
 */
public record NodeUsage(String node, Usage usage, List<PodUsage> pods) {
    /**
     * Use of processor and memory.
     *
     * @param time when it was measured
     * @param started since when {@code cpuNanos} counts
     * @param cpuNanos processor time since then, in nanoseconds
     * @param memoryBytes working set: memory that cannot be taken back under pressure
     */
    public record Usage(Instant time, Instant started, long cpuNanos, long memoryBytes) {}

    /** Use of a pod. */
    public record PodUsage(String namespace, String name, String uid, Usage usage, List<ContainerUsage> containers) {
        public PodUsage {
            containers = List.copyOf(containers);
        }
    }

    /** Use of a container. */
    public record ContainerUsage(String name, Usage usage) {}

    public NodeUsage {
        pods = List.copyOf(pods);
    }
}
