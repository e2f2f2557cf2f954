package io.kantoku.kubelet.boot;

import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.Discovery;
import io.kantoku.lab.NetworkStack;

/** Finds a cluster through its control-plane endpoint, as {@code kubeadm join} does. */
public interface ClusterDiscovery {
    /**
     * Asks once.
     *
     * @param network from where the endpoint is dialled
     * @throws io.kantoku.kubelet.NodeException {@code JOIN_FAILED} with what was wrong; trying again may help
     */
    ClusterConfiguration discover(Discovery discovery, NetworkStack network);
}
