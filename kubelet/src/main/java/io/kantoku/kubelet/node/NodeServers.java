package io.kantoku.kubelet.node;

import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.server.PodStreams;

/** Opens the kubelet's HTTPS server of a node, at its address and port 10250, in its machine's network. */
@FunctionalInterface
public interface NodeServers {
    /** A server that is open. */
    @FunctionalInterface
    interface Door extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Opens it.
     *
     * @throws io.kantoku.kubelet.NodeException when its address cannot be listened to
     */
    Door open(NodeSpec spec, NodePlace place, NodeApi api, PodStreams streams);
}
