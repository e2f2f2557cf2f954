package io.kantoku.kubelet.kubeadm;

import io.kantoku.kubelet.Taint;
import java.util.List;
import java.util.Map;

/**
 * How a node registers itself.
 *
 * @param name the node's name
 * @param taints what keeps pods off the node; a control plane has its role's taint unless the list says otherwise
 * @param kubeletArguments command-line arguments of the kubelet without dashes: {@code node-labels}, {@code provider-id},
 *     {@code node-ip}
 */
public record NodeRegistration(String name, List<Taint> taints, Map<String, String> kubeletArguments) {
    public NodeRegistration {
        taints = List.copyOf(taints);
        kubeletArguments = Map.copyOf(kubeletArguments);
    }
}
