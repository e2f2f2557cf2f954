package io.kantoku.kubelet.node;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Events;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.cri.GrpcClient;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.kubelet.cri.Image;
import io.kantoku.kubelet.cri.Sandbox;
import io.kantoku.kubelet.fleet.NodeResources;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.fleet.NodeStatus;
import io.kantoku.kubelet.image.PauseImage;
import io.kantoku.kubelet.pod.CriStreams;
import io.kantoku.kubelet.pod.ImagePuller;
import io.kantoku.kubelet.pod.NodeAccounts;
import io.kantoku.kubelet.pod.PodHost;
import io.kantoku.kubelet.pod.PodWorker;
import io.kantoku.kubelet.pod.ProbeClient;
import io.kantoku.kubelet.runtime.CniServer;
import io.kantoku.kubelet.runtime.Containerd;
import io.kantoku.kubelet.runtime.RuntimeLayout;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.network.NodeNetwork;
import io.kantoku.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node with a container runtime of its own. Its threads: one per pod, one that listens to the runtime, one that keeps the node's
 * lease and status, one that writes Events; all virtual. Used by the fleet's callers.
 */
final class ContainerNode {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerNode.class);

    /** CRI learns of an exit a moment after its event. */
    private static final List<Duration> LOOKS =
            List.of(Duration.ofMillis(15), Duration.ofMillis(150), Duration.ofSeconds(1));

    private final NodeSpec spec;
    private final NodePlace place;
    private final FleetParts parts;
    private final NodeApi api;
    private final Containerd containerd;
    private final NodeNetwork network;
    private final ServiceIndex services = new ServiceIndex();
    private final ConcurrentMap<String, PodWorker> workers = new ConcurrentHashMap<>();
    private final ExecutorService eventQueue = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("node-events").factory());
    private final PodHost host;
    private final NodeHeart heart;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private @Nullable CniServer cni;
    private NodeServers.@Nullable Door door;
    private volatile boolean closed;

    ContainerNode(NodeSpec spec, NodePlace place, FleetParts parts, GrpcClient grpc) {
        if (!(place.network() instanceof NetworkNamespace namespace)) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "a node with real containers needs a machine with a network namespace, not " + place.network());
        }
        this.spec = spec;
        this.place = place;
        this.parts = parts;
        this.api = parts.clients().open(spec, place);
        RuntimeLayout layout = RuntimeLayout.of(place.directory());
        this.containerd = new Containerd(layout, namespace, parts.processes(), parts.ledger(), grpc);
        this.network = parts.networks().open(spec, place, api);
        ClusterDns dns =
                ClusterDns.of(place.cluster().serviceSubnet(), place.cluster().dnsDomain());
        Events events = new Events(new OneCluster(spec.cluster(), api), "kubelet", spec.name(), parts.timer());
        this.heart = new NodeHeart(
                spec,
                api,
                parts.timer(),
                this::status,
                (node, reason, message) -> later(events, node, "", "Normal", reason, message));
        this.host = new PodHost(
                spec.name(),
                spec.internalIp(),
                spec.memoryBytes(),
                dns.domain(),
                api.client(),
                containerd.cri(),
                layout,
                place.network(),
                new ImagePuller(containerd, parts.images()),
                new ProbeClient(containerd.cri(), place.network(), parts.http(), grpc),
                (pod, path, type, reason, message) -> later(events, pod, path, type, reason, message),
                new NodeAccounts(NodeResources.of(spec).allocatable(), this::wakeAll),
                parts.timer(),
                services::visible,
                dns::of,
                () -> network.problem().isEmpty());
    }

    private void later(Events events, KubeObject about, String path, String type, String reason, String message) {
        try {
            eventQueue.execute(() -> {
                try {
                    events.record(spec.cluster(), about, path, type, reason, message);
                } catch (TransportException e) {
                    LOG.atDebug()
                            .setMessage("an Event was lost")
                            .addKeyValue("node", spec.name())
                            .addKeyValue("why", e.getMessage())
                            .log();
                }
            });
        } catch (RejectedExecutionException _) {
            // The node is being closed.
        }
    }

    /** Starts the runtime, registers the node, and takes up its pods. */
    void start() {
        Thread registration = Thread.ofVirtual().name("node-" + spec.name()).start(heart::register);
        containerd.start();
        try {
            host.images().ensure(PauseImage.NAME);
            cni = CniServer.start(containerd.layout(), network);
            registration.join();
        } catch (IOException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "the node's CNI socket cannot be opened: " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException(NodeException.Code.JOIN_FAILED, "interrupted while the node starts", e);
        }
        door = parts.servers().open(spec, place, api, new CriStreams(host, workers::values));
        heart.start();
        Thread.ofVirtual().name("runtime-" + spec.name()).start(() -> containerd.follow(this::wakeAll, this::changed));
        subscriptions.add(api.watch(Resources.SERVICES, Query.all(), services));
        subscriptions.add(api.watch(Resources.PODS, Query.all().where("spec.nodeName=" + spec.name()), new Pods()));
        subscriptions.add(api.watch(Resources.VOLUME_ATTACHMENTS, Query.all(), new AttachedVolumes()));
        LOG.atInfo()
                .setMessage("node joined")
                .addKeyValue("cluster", spec.cluster())
                .addKeyValue("node", spec.name())
                .log();
    }

    private NodeStatus status() {
        String runtime = "";
        List<Image> images = List.of();
        Optional<String> problem;
        try {
            runtime = containerd.cri().version();
            images = containerd.cri().images();
            problem = network.problem()
                    .map(why -> "container runtime network not ready: NetworkReady=false"
                            + " reason:NetworkPluginNotReady message:Network plugin returns error: " + why);
        } catch (GrpcException e) {
            problem = Optional.of("container runtime is down: " + e.getMessage());
        }
        return new NodeStatus(
                spec,
                runtime,
                problem,
                images,
                "Kantoku lab node",
                System.getProperty("os.version", ""),
                heart.bootId());
    }

    private void wakeAll() {
        workers.values().forEach(PodWorker::wake);
    }

    private void changed(String id) {
        for (PodWorker worker : workers.values()) {
            if (worker.has(id)) {
                LOOKS.forEach(delay -> parts.timer().after(delay, worker::wake));
                return;
            }
        }
    }

    /** Lets the pods run, for the next life of this process. */
    void close() {
        closed = true;
        subscriptions.forEach(Subscription::close);
        heart.close();
        workers.values().forEach(PodWorker::close);
        NodeServers.Door open = door;
        if (open != null) {
            open.close();
        }
        CniServer server = cni;
        if (server != null) {
            server.close();
        }
        network.close();
        containerd.close();
        eventQueue.shutdownNow();
    }

    /** Ends everything that runs on the node, as a power cut does. */
    void end() {
        close();
        containerd.end();
    }

    /** What was bound to this node once and is not any more ends. */
    private void removeOrphans() {
        try {
            for (Sandbox sandbox : containerd.cri().sandboxes(Map.of())) {
                if (!workers.containsKey(sandbox.uid())) {
                    LOG.atInfo()
                            .setMessage("removing a pod that the API does not know")
                            .addKeyValue("node", spec.name())
                            .addKeyValue("pod", sandbox.namespace() + "/" + sandbox.name())
                            .log();
                    PodWorker orphan = new PodWorker(host, Orphan.of(sandbox));
                    workers.put(sandbox.uid(), orphan);
                    orphan.gone();
                    orphan.start();
                }
            }
        } catch (GrpcException | ApiException e) {
            LOG.atWarn()
                    .setMessage("pods that the API does not know could not be looked for")
                    .addKeyValue("node", spec.name())
                    .setCause(e)
                    .log();
        }
    }

    /** What is attached to this node: pods wait for it. */
    private final class AttachedVolumes implements ObjectListener {
        @Override
        public void onPresent(ClusterId cluster, KubeObject attachment, @Nullable KubeObject previous) {
            if (attachment.text("spec", "nodeName").equals(spec.name())
                    && attachment.at("status", "attached").asBoolean()) {
                wakeAll();
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {}
    }

    /** The pods that are bound to this node. */
    private final class Pods implements ObjectListener {
        @Override
        public void onPresent(ClusterId cluster, KubeObject pod, @Nullable KubeObject previous) {
            if (closed) {
                return;
            }
            PodWorker worker = workers.get(pod.uid());
            if (worker != null) {
                worker.update(pod);
            } else {
                workers.put(pod.uid(), new PodWorker(host, pod).start());
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            PodWorker worker = workers.remove(last.uid());
            if (worker != null && !worker.over()) {
                worker.gone();
            }
        }

        @Override
        public void onSynced() {
            Thread.ofVirtual().name("orphans-" + spec.name()).start(ContainerNode.this::removeOrphans);
        }
    }
}
