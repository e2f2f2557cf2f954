package io.kantoku.kubelet.boot;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.lab.NetworkStack;
import java.util.List;

/**
 * One machine's control plane.
 *
 * @param id which logical cluster is served: the one that the machine was made for
 * @param node the machine's node name
 * @param addresses where to listen, all with the same port
 * @param network where the sockets are opened
 */
public record ControlPlaneSpec(
        ClusterId id,
        String node,
        ClusterConfiguration cluster,
        List<String> addresses,
        int port,
        ControlPlaneKeys keys,
        NetworkStack network) {
    public ControlPlaneSpec {
        addresses = List.copyOf(addresses);
    }
}
