package io.kantoku.controllers.nodes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives each node a /24 of its cluster's pod network as {@code spec.podCIDR}, from which its pods get their addresses. Requests name
 * nodes.
 */
public final class PodNetworkController implements Reconciler {
    private static final Duration REPEAT = Duration.ofMinutes(1);

    private final Clusters clusters;
    private final Function<ClusterId, String> podCidr;
    private final Events events;
    private final Map<ClusterId, PodNetworks> networks = new ConcurrentHashMap<>();

    /** {@code podCidr} is a cluster's pod network in CIDR form, {@code ""} when its nodes get none from here. */
    public PodNetworkController(Clusters clusters, Function<ClusterId, String> podCidr, InstantSource clock) {
        this.clusters = clusters;
        this.podCidr = podCidr;
        events = new Events(clusters, "cidrAllocator", clock);
    }

    /** Keeps the blocks of clusters that have begun to give them out. */
    public ObjectListener observer() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject node, @Nullable KubeObject previous) {
                PodNetworks known = networks.get(cluster);
                if (known != null) {
                    known.occupy(node.name(), node.text("spec", "podCIDR"));
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject node) {
                PodNetworks known = networks.get(cluster);
                if (known != null) {
                    known.release(node.name());
                }
            }
        };
    }

    /** Leads from a node without a block to itself. */
    public static Mapper nodes() {
        return (cluster, node, previous) -> node.text("spec", "podCIDR").isEmpty() && !Mapper.isDeletion(node, previous)
                ? List.of(new Request(cluster, node.namespacedName()))
                : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        String network = podCidr.apply(request.cluster());
        if (network.isEmpty()) {
            return Result.done();
        }
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject node = client.find(Resources.NODES, request.name()).orElse(null);
        if (node == null || !node.text("spec", "podCIDR").isEmpty()) {
            return Result.done();
        }
        PodNetworks known = networks.computeIfAbsent(request.cluster(), _ -> begin(client, network));
        Optional<String> block = known.allocate(node.name());
        if (block.isEmpty()) {
            events.normal(
                    request.cluster(),
                    node,
                    "CIDRNotAvailable",
                    "Node " + node.name() + " status is now: CIDRNotAvailable (no /24 is left in " + network + ")");
            return Result.after(REPEAT);
        }
        node.spec().put("podCIDR", block.get());
        node.spec().putArray("podCIDRs").add(block.get());
        client.update(Resources.NODES, node);
        return Result.done();
    }

    /** What is given out already; subscriptions may not have told of all nodes of a cluster that has just opened. */
    private static PodNetworks begin(KubeClient client, String network) {
        PodNetworks networks = new PodNetworks(network);
        client.list(Resources.NODES, Query.all())
                .items()
                .forEach(node -> networks.occupy(node.name(), node.text("spec", "podCIDR")));
        return networks;
    }
}
