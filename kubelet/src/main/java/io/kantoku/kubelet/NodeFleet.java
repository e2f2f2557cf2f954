package io.kantoku.kubelet;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.fleet.NodeSpec;

/** What makes nodes of machines: it takes over when kubeadm has done its part, until the machine ends. */
public interface NodeFleet {
    /**
     * Registers a node, or takes over the one of that name, and keeps it alive until {@link #leave}.
     *
     * @throws io.kantoku.apimachinery.ApiException when the node's API refuses
     * @throws NodeException when the machine cannot run the node; the message says why
     */
    void join(NodeSpec spec, NodePlace place);

    /** Ends a node: its lease is no longer renewed and its pods are left as they are. */
    void leave(ClusterId cluster, String node);
}
