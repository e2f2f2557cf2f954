package io.kantoku.kubelet.boot;

import io.kantoku.apimachinery.ClusterId;

/** Runs the control plane of a machine: what kube-apiserver's static pod is to upstream kubeadm. */
public interface ControlPlaneHost {
    /**
     * Begins to serve the cluster's API on the machine's addresses; makes the logical cluster if it does not exist. Returns
     * when the listeners are open.
     *
     * @throws io.kantoku.kubelet.NodeException when a listener cannot be opened or the configuration cannot be used
     */
    ControlPlane start(ControlPlaneSpec spec);

    /** A control plane that serves; closing it closes its listeners and their connections. */
    interface ControlPlane extends AutoCloseable {
        ClusterId cluster();

        @Override
        void close();
    }
}
