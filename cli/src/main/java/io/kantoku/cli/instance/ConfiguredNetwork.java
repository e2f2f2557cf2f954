package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Subscription;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.node.NodeApi;
import io.kantoku.network.Cni;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.NetworkException;
import io.kantoku.network.NodeNetwork;
import io.kantoku.network.NodeNetworkSpec;
import io.kantoku.network.PodLink;
import io.kantoku.network.PodNetworks;
import io.kantoku.network.PodSandbox;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The network of a node's pods, as soon as the cluster says which one: the Supervisor puts {@code antrea-config} or
 * {@code calico-config} into the guest's {@code kube-system}, where the real ones have theirs.
 */
final class ConfiguredNetwork implements NodeNetwork, ObjectListener {
    private static final GroupVersionResource CONFIG_MAPS =
            GroupVersion.parse("v1").resource("configmaps");
    private static final String SUFFIX = "-config";

    private final NodeSpec spec;
    private final NodePlace place;
    private final PodNetworks networks;
    private final Subscription subscription;
    private @Nullable NodeNetwork network;
    private @Nullable NodeNetworkSpec connected;
    private boolean closed;

    ConfiguredNetwork(NodeSpec spec, NodePlace place, NodeApi api, PodNetworks networks) {
        this.spec = spec;
        this.place = place;
        this.networks = networks;
        this.subscription = api.watch(CONFIG_MAPS, Query.in("kube-system"), this);
    }

    @Override
    public synchronized void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        if (network != null || closed) {
            return; // a cluster's CNI is not changed while it lives
        }
        for (Cni cni : Cni.values()) {
            if (object.name().equals(cni + SUFFIX) && object.namespace().equals("kube-system")) {
                NodeNetworkSpec wanted = new NodeNetworkSpec(
                        cni,
                        spec.cluster(),
                        spec.name(),
                        LabNodes.machine(place),
                        spec.internalIp(),
                        Optional.empty(),
                        Ipv4Range.parse(place.cluster().podSubnet()),
                        Ipv4Range.parse(place.cluster().serviceSubnet()),
                        place.cluster().dnsDomain(),
                        place.directory().resolve("network"));
                connected = wanted;
                network = networks.start(wanted);
                return;
            }
        }
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject last) {
        // the nodes keep the network that they have
    }

    /** What was connected, for its removal; empty as long as the cluster has not said what to connect. */
    synchronized Optional<NodeNetworkSpec> connected() {
        return Optional.ofNullable(connected);
    }

    private synchronized Optional<NodeNetwork> network() {
        return Optional.ofNullable(network);
    }

    @Override
    public PodLink attach(PodSandbox sandbox) {
        return network()
                .orElseThrow(() -> new NetworkException(
                        NetworkException.Code.FAILED, problem().orElse("the network is starting")))
                .attach(sandbox);
    }

    @Override
    public void detach(PodSandbox sandbox) {
        network().ifPresent(present -> present.detach(sandbox));
    }

    @Override
    public Optional<String> problem() {
        return network()
                .map(NodeNetwork::problem)
                .orElseGet(() -> Optional.of("cni config uninitialized: neither ConfigMap kube-system/antrea-config nor"
                        + " calico-config is there; the Supervisor makes it"));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        subscription.close();
        network().ifPresent(NodeNetwork::close);
    }
}
