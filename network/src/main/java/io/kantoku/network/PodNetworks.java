package io.kantoku.network;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.Clusters;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.network.antrea.AntreaPlane;
import io.kantoku.network.antrea.VirtualSwitch;
import io.kantoku.network.calico.CalicoPlane;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pod networks of an instance: one follower of all clusters' Services and endpoints, one switch for all nodes that want it, an agent for each node.
 * Thread-safe.
 */
public final class PodNetworks implements AutoCloseable {
    private final ClusterFeed feed;
    private final VirtualSwitch ovs;
    private final Map<Key, NodeAgent> agents = new ConcurrentHashMap<>();

    private record Key(ClusterId cluster, String node) {}

    private PodNetworks(ClusterFeed feed, VirtualSwitch ovs) {
        this.feed = feed;
        this.ovs = ovs;
    }

    /**
     * Begins to follow the clusters; the switch starts with the first node that wants it.
     *
     * @param switchNamespace is made for the switch alone
     * @param directory for the switch's database and logs
     */
    public static PodNetworks open(
            Clusters clusters, NetworkNamespace switchNamespace, Path directory, Ledger ledger, Processes processes) {
        return new PodNetworks(
                new ClusterFeed(clusters),
                new VirtualSwitch(switchNamespace, directory.resolve("ovs"), ledger, processes));
    }

    /**
     * Takes a node's network over, or makes it. Returns at once; {@link NodeNetwork#problem} is empty when pods can be connected.
     * A node of that name that is here already is replaced; what it connected stays.
     */
    public NodeNetwork start(NodeNetworkSpec spec) {
        Key key = new Key(spec.cluster(), spec.node());
        NodeAgent before = agents.remove(key);
        if (before != null) {
            before.close();
        }
        NodeAgent agent = NodeAgent.start(spec, feed, again -> plane(spec, again));
        agents.put(key, agent);
        return agent;
    }

    private DataPlane plane(NodeNetworkSpec spec, Runnable again) {
        return switch (spec.cni()) {
            case ANTREA -> new AntreaPlane(spec, ovs, again);
            case CALICO -> new CalicoPlane(spec);
        };
    }

    /**
     * Ends a node's network and removes all of it; for a machine that is stopped or deleted. Its namespace may be gone already, and
     * the node need not have been started in this life.
     */
    public void remove(NodeNetworkSpec spec) {
        NodeAgent agent = agents.remove(new Key(spec.cluster(), spec.node()));
        (agent == null ? NodeAgent.resting(spec, feed, again -> plane(spec, again)) : agent).remove();
    }

    /** Ends the agents; everything that is connected goes on. */
    @Override
    public void close() {
        List.copyOf(agents.values()).forEach(NodeAgent::close);
        ovs.close();
        feed.close();
    }
}
