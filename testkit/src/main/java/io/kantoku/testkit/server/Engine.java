package io.kantoku.testkit.server;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.ApiServer;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.ServerParts;
import io.kantoku.apiserver.StandardCatalog;
import io.kantoku.apiserver.StandardParts;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.apiserver.streams.NodeStreams;
import io.kantoku.apiserver.streams.PodServices;
import io.kantoku.client.Clusters;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.ControllerOptions;
import io.kantoku.controllers.KubeControllers;
import io.kantoku.kubelet.NodeFleet;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.fleet.SimulatedFleet;
import io.kantoku.lab.NetworkStack;
import io.kantoku.store.EmbeddedStore;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Store, API server, listeners and controllers of any number of clusters; closing it leaves the store's directory. */
public final class Engine implements AutoCloseable {
    private static final Authorizer EVERYBODY = (cluster, user, request) -> new Authorizer.Decision.Allowed("");
    private static final int NODE_CPUS = 4;
    private static final long NODE_MEMORY = 8L << 30;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Map<ClusterId, ClusterIdentity> identities = new ConcurrentHashMap<>();
    private final ApiServer server;
    private final HttpServer http;
    private final LoopbackNodes nodes = new LoopbackNodes(this::refusal);
    private final Optional<SimulatedFleet> fleet;

    private Engine(Path directory, EngineOptions options) {
        EmbeddedStore store = keep(EmbeddedStore.open(directory));
        server = keep(ApiServer.builder(store)
                .catalog(StandardCatalog::types)
                .questions(StandardCatalog.questions())
                .clock(InstantSource.system())
                .random(new SecureRandom())
                .services(objects -> new PodServices(objects, nodes))
                .parts(environment -> parts(environment, options))
                .start());
        http = keep(HttpServer.start());
        fleet = options.controllers() ? Optional.of(startControllers()) : Optional.empty();
    }

    /**
     * Opens the store in a directory and everything above it.
     *
     * @throws io.kantoku.store.StoreException when the directory cannot be used
     */
    public static Engine start(Path directory, EngineOptions options) {
        return new Engine(directory, options);
    }

    private ServerParts parts(ApiServer.Environment environment, EngineOptions options) {
        ServerParts parts = StandardParts.of(
                        environment,
                        cluster -> Optional.ofNullable(identities.get(cluster)).map(ClusterIdentity::keys),
                        List.of(),
                        List.of())
                .withoutAdmission(options.disabledAdmission());
        parts.nodes(new NodeStreams(environment.objects(), nodes, environment.http()));
        return options.authorization() ? parts : parts.authorizers(List.of(EVERYBODY));
    }

    private Optional<String> refusal(ClusterId cluster, String node) {
        return fleet.flatMap(simulated -> simulated.refusal(cluster, node));
    }

    private SimulatedFleet startControllers() {
        ControllerOptions options = ControllerOptions.standard(cluster -> Optional.ofNullable(identities.get(cluster))
                        .map(ClusterIdentity::authorityPem)
                        .orElse(""))
                .podCidr(cluster -> server.clusters()
                        .options(cluster)
                        .map(ClusterOptions::podCidr)
                        .orElse(""))
                .minors(cluster -> KubernetesRelease.minorOf(server.clusters()
                        .options(cluster)
                        .map(ClusterOptions::kubernetesVersion)
                        .orElse("")));
        SimulatedFleet simulated = keep(new SimulatedFleet(clusters("kubelet"), ControllerSettings.standard()).start());
        ControllerGroup controllers = keep(KubeControllers.all(clusters("kube-controller-manager"), options));
        controllers.start();
        return simulated;
    }

    /**
     * Makes a cluster, or takes over the one that the store holds, and opens its listener.
     *
     * @param address a loopback address; port 0 takes a free one
     * @return the listener, which answers when this returns
     * @throws IOException when the address cannot be bound
     */
    public Listener serve(
            ClusterId cluster, ClusterOptions options, ClusterIdentity identity, InetSocketAddress address)
            throws IOException {
        identities.put(cluster, identity);
        server.clusters().ensure(cluster, options);
        Listener listener = http.listen(new ListenSpec(
                cluster.value(),
                NetworkStack.host(),
                address,
                Optional.of(identity.server()),
                identity.keys().clientAuthorities(),
                server.handler(cluster)));
        server.publishAddresses(cluster, List.of(listener.address()));
        return listener;
    }

    /**
     * Adds nodes on which pods are reported as running; they run nothing.
     *
     * @throws IllegalStateException when the engine has no controllers
     */
    public void addNodes(ClusterId cluster, int count) {
        SimulatedFleet nodes = simulated();
        String version = server.clusters()
                .options(cluster)
                .map(ClusterOptions::kubernetesVersion)
                .orElse("");
        for (int i = 1; i <= count; i++) {
            nodes.join(new NodeSpec(
                    cluster, "node-" + i, Map.of(), List.of(), "192.0.2." + i, version, "", NODE_CPUS, NODE_MEMORY));
        }
    }

    /**
     * What makes nodes of machines that run nothing.
     *
     * @throws IllegalStateException when the engine has no controllers
     */
    public NodeFleet fleet() {
        return simulated();
    }

    private SimulatedFleet simulated() {
        return fleet.orElseThrow(
                () -> new IllegalStateException("nodes need controllers: leave them on, or ask for no nodes"));
    }

    /** Removes a cluster with all of its objects; close its listener first. */
    public void remove(ClusterId cluster) {
        fleet.ifPresent(nodes -> clusters("kubelet")
                .cluster(cluster)
                .list(Resources.NODES, Query.all())
                .items()
                .forEach(node -> nodes.leave(cluster, node.name())));
        server.clusters().delete(cluster);
        identities.remove(cluster);
    }

    /** All clusters with the rights of a part of the system. */
    public Clusters clusters(String component) {
        return server.inProcess(UserInfo.master("system:" + component));
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) { // shutdown: what remains is closed all the same
                throw new IllegalStateException("a part of the engine could not be closed", e);
            }
        }
    }
}
