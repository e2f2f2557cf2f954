package io.kantoku.kubelet.kubeadm;

import org.jspecify.annotations.Nullable;

/** What one machine is told to become. */
public sealed interface KubeadmConfig {
    NodeRegistration node();

    /** The first control plane of a cluster: {@code kubeadm init}. */
    record Init(ClusterConfiguration cluster, ApiEndpoint endpoint, NodeRegistration node) implements KubeadmConfig {}

    /**
     * Any later node: {@code kubeadm join}.
     *
     * @param controlPlane where the node's own API server listens; null for a worker
     */
    record Join(Discovery discovery, @Nullable ApiEndpoint controlPlane, NodeRegistration node)
            implements KubeadmConfig {}
}
