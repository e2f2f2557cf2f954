package io.kantoku.kubelet.node;

import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.network.NodeNetwork;

/** Makes the network of the pods of a node that joins. */
@FunctionalInterface
public interface NodeNetworks {
    /** Returns at once; what is missing yet, such as the node's pod CIDR, is the network's {@link NodeNetwork#problem}. */
    NodeNetwork open(NodeSpec spec, NodePlace place, NodeApi api);
}
