package io.kantoku.kubelet.fleet;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.Taint;
import java.util.List;
import java.util.Map;

/**
 * What a node says of itself when it registers.
 *
 * @param internalIp the node's address
 * @param kubeletVersion as {@code kubectl get node} shows it
 * @param providerId names the machine to cloud providers, {@code ""} for none
 * @param cpus capacity
 * @param memoryBytes capacity
 */
public record NodeSpec(
        ClusterId cluster,
        String name,
        Map<String, String> labels,
        List<Taint> taints,
        String internalIp,
        String kubeletVersion,
        String providerId,
        int cpus,
        long memoryBytes) {
    public NodeSpec {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
    }
}
