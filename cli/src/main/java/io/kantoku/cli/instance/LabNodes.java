package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.Endpoint;
import io.kantoku.client.HttpClusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.NodeFleet;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.fleet.NodeObject;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.image.ImageStore;
import io.kantoku.kubelet.node.ContainerFleet;
import io.kantoku.kubelet.node.FleetParts;
import io.kantoku.kubelet.node.NodeApi;
import io.kantoku.kubelet.node.NodeServers;
import io.kantoku.kubelet.server.FileEvents;
import io.kantoku.kubelet.server.KubeletAccess;
import io.kantoku.kubelet.server.KubeletServer;
import io.kantoku.kubelet.server.PodStreams;
import io.kantoku.kubelet.server.RuntimeTunnel;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.network.PodNetworks;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The nodes of guest clusters in the lab: containers in their machines, each with the identity of its cluster. A Supervisor's control
 * machines run nothing and are only reported.
 */
final class LabNodes implements NodeFleet, AutoCloseable {
    private static final int KUBELET_PORT = 10250;

    private final Clusters clusters;
    private final KeyRing keyRing;
    private final HttpClient http;
    private final HttpServer server;
    private final InstantSource clock;
    private final NodeFleet reported;
    private final PodNetworks networks;
    private final ContainerFleet containers;
    private final Map<Place, ConfiguredNetwork> configured = new ConcurrentHashMap<>();
    private final FileEvents files;

    private record Place(ClusterId cluster, String node) {}

    LabNodes(
            StateDirectory state,
            LabSubstrate substrate,
            KeyRing keyRing,
            Clusters clusters,
            NodeFleet reported,
            HttpClient http,
            HttpServer server,
            Ledger ledger,
            Processes processes,
            InstantSource clock)
            throws IOException {
        this.files = FileEvents.open(state.path());
        this.clusters = clusters;
        this.keyRing = keyRing;
        this.http = http;
        this.server = server;
        this.clock = clock;
        this.reported = reported;
        this.networks = PodNetworks.open(
                clusters, substrate.fabric().namespace("ovs"), state.path().resolve("network"), ledger, processes);
        this.containers = new ContainerFleet(new FleetParts(
                processes,
                ledger,
                ImageStore.open(state.images()),
                (spec, place, api) -> configure(spec, place, NodeApi.within(spec.cluster(), clusters)),
                this::api,
                this::serve,
                http,
                ControllerSettings.standard().timer()));
    }

    @Override
    public void join(NodeSpec spec, NodePlace place) {
        if (place.controlPlane()) {
            markControlPlane(spec);
        }
        fleet(spec.cluster()).join(spec, place);
    }

    /** As kubeadm does it with an administrator's rights: a node may not give itself the labels of a control plane. */
    private void markControlPlane(NodeSpec spec) {
        KubeClient api = clusters.cluster(spec.cluster());
        try {
            if (api.find(Resources.NODES, NamespacedName.clusterScoped(spec.name()))
                    .isEmpty()) {
                api.create(Resources.NODES, NodeObject.create(spec));
            }
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    @Override
    public void leave(ClusterId cluster, String node) {
        fleet(cluster).leave(cluster, node);
        ConfiguredNetwork network = configured.remove(new Place(cluster, node));
        if (network != null) {
            network.connected().ifPresent(networks::remove);
        }
    }

    private ConfiguredNetwork configure(NodeSpec spec, NodePlace place, NodeApi agent) {
        ConfiguredNetwork network = new ConfiguredNetwork(spec, place, agent, networks);
        configured.put(new Place(spec.cluster(), spec.name()), network);
        return network;
    }

    private NodeFleet fleet(ClusterId cluster) {
        return cluster.equals(ClusterId.SUPERVISOR) ? reported : containers;
    }

    /** A node's own way to its API server, from its machine: where that server cannot be reached the node is not Ready. */
    private NodeApi api(NodeSpec spec, NodePlace place) {
        NodeIdentity identity = identity(spec, place);
        ClientTls tls = ClientTls.trusting(List.of(identity.authority())).presenting(identity.client());
        int colon = place.apiServer().lastIndexOf(':');
        Target target = new Target(
                place.apiServer().substring(0, colon),
                Integer.parseInt(place.apiServer().substring(colon + 1)),
                Optional.of(tls),
                new Dialler.Tcp(place.network()));
        return NodeApi.over(spec.cluster(), new HttpClusters(spec.cluster(), http, new Endpoint(target, "", "")));
    }

    private NodeServers.Door serve(NodeSpec spec, NodePlace place, NodeApi api, PodStreams streams) {
        NodeIdentity identity = identity(spec, place);
        KubeletAccess access = new KubeletAccess(spec.name(), List.of(identity.authority()), api.client(), clock);
        try {
            Listener listener = server.listen(new ListenSpec(
                    "kubelet-" + spec.name(),
                    place.network(),
                    new InetSocketAddress(InetAddress.ofLiteral(spec.internalIp()), KUBELET_PORT),
                    Optional.of(identity.server()),
                    List.of(identity.authority()),
                    new KubeletServer(streams, access, new RuntimeTunnel(http, place.network()), files, clock)));
            return listener::close;
        } catch (IOException e) {
            throw new NodeException(NodeException.Code.ADDRESS_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private NodeIdentity identity(NodeSpec spec, NodePlace place) {
        return NodeIdentity.of(spec, place.directory(), keyRing.authority(spec.cluster()));
    }

    /** Containers, and what connects their pods, go on; the next start takes them over. */
    @Override
    public void close() throws IOException {
        containers.close();
        networks.close();
        files.close();
    }

    /** The namespace of a node's machine. */
    static NetworkNamespace machine(NodePlace place) {
        if (place.network() instanceof NetworkNamespace namespace) {
            return namespace;
        }
        throw new IllegalStateException("a node of the lab is in " + place.network());
    }
}
