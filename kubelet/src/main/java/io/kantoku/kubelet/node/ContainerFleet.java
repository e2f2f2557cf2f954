package io.kantoku.kubelet.node;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.NodeFleet;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.cri.GrpcClient;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.image.ImageException;
import io.kantoku.kubelet.image.PauseImage;
import io.kantoku.lab.LabException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** All nodes of this process that run containers. Thread-safe. */
public final class ContainerFleet implements NodeFleet, AutoCloseable {
    private record Key(ClusterId cluster, String node) {}

    private final FleetParts parts;
    private final GrpcClient grpc = GrpcClient.start();
    private final ConcurrentMap<Key, ContainerNode> nodes = new ConcurrentHashMap<>();

    public ContainerFleet(FleetParts parts) {
        this.parts = parts;
    }

    @Override
    public void join(NodeSpec spec, NodePlace place) {
        try {
            begin(spec, place);
        } catch (GrpcException | ImageException | LabException e) {
            leave(spec.cluster(), spec.name());
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION, "the node cannot run containers: " + e.getMessage(), e);
        } catch (NodeException e) {
            leave(spec.cluster(), spec.name());
            throw e;
        }
    }

    private void begin(NodeSpec spec, NodePlace place) {
        if (parts.images().find(PauseImage.NAME).isEmpty()) {
            parts.images().put(PauseImage.image());
        }
        ContainerNode node = new ContainerNode(spec, place, parts, grpc);
        ContainerNode before = nodes.put(new Key(spec.cluster(), spec.name()), node);
        if (before != null) {
            before.close();
        }
        node.start();
    }

    /** Ends the node with its runtime and all its containers, as a power cut does; the API keeps its pods. */
    @Override
    public void leave(ClusterId cluster, String node) {
        ContainerNode left = nodes.remove(new Key(cluster, node));
        if (left != null) {
            left.end();
        }
    }

    /** Lets all containers run, for the next life of this process, which finds them again. */
    @Override
    public void close() {
        nodes.values().forEach(ContainerNode::close);
        nodes.clear();
        grpc.close();
    }
}
