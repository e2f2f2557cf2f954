package io.kantoku.kubelet.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.client.Amounts;

/**
 * What a node has, and what of it is left for pods: as with upstream's defaults, the thresholds of eviction are kept back, 100 MiB of
 * memory and a tenth of the disk.
 *
 * @param capacity as {@code status.capacity}
 * @param spare as {@code status.allocatable}
 */
public record NodeResources(ObjectNode capacity, ObjectNode spare) {
    private static final int PODS = 110;
    private static final long DISK = 16L << 30;
    private static final long KEPT_MEMORY = 100L << 20;

    /** The resources of a machine of this size. */
    public static NodeResources of(NodeSpec spec) {
        long memory = spec.memoryBytes() / 1024;
        return new NodeResources(
                list(spec, DISK / 1024 + "Ki", memory),
                list(spec, String.valueOf(DISK - DISK / 10), Math.max(0, memory - KEPT_MEMORY / 1024)));
    }

    private static ObjectNode list(NodeSpec spec, String disk, long memoryKi) {
        return Json.object()
                .put("cpu", String.valueOf(spec.cpus()))
                .put("ephemeral-storage", disk)
                .put("hugepages-1Gi", "0")
                .put("hugepages-2Mi", "0")
                .put("memory", memoryKi + "Ki")
                .put("pods", String.valueOf(PODS));
    }

    /** What pods can be promised. */
    public Amounts allocatable() {
        return Amounts.of(spare);
    }
}
