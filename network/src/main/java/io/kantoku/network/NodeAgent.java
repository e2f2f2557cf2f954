package io.kantoku.network;

import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.lab.LabException;
import io.kantoku.network.NetworkException.Code;
import io.kantoku.network.policy.Isolation;
import io.kantoku.network.policy.PolicyPlan;
import io.kantoku.network.policy.PolicyPod;
import io.kantoku.network.services.BalancedPort;
import io.kantoku.network.services.ServicePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One node's network: connects its pods, and programs its data plane whenever the cluster changes.
 *
 * <p>The virtual thread {@code pod-network-NODE} follows the cluster, parked while nothing changes; callers' threads attach and detach. What
 * is programmed is always the whole state, under one lock.
 */
final class NodeAgent implements NodeNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final NodeNetworkSpec spec;
    private final ClusterFeed feed;
    private final DataPlane plane;
    private final NameService names;
    private final Attachments attachments;
    private final Runnable waker = this::wake;
    private final Semaphore changes = new Semaphore(0);
    private final ReentrantLock programming = new ReentrantLock();
    private final Thread follower;
    private volatile boolean closed;
    private volatile @Nullable Ipv4Range range;
    private volatile @Nullable String problem = "the node's network is starting";

    private NodeAgent(NodeNetworkSpec spec, ClusterFeed feed, Function<Runnable, DataPlane> plane) {
        this.spec = spec;
        this.feed = feed;
        this.plane = plane.apply(waker);
        attachments = Attachments.open(spec.directory().resolve("pods"));
        names = new NameService(spec, feed);
        follower = Thread.ofVirtual().name("pod-network-" + spec.node()).unstarted(this::follow);
    }

    /**
     * Starts a node's network.
     *
     * @param plane makes what carries its packets; it is given what wakes the agent when that has to be programmed anew
     */
    static NodeAgent start(NodeNetworkSpec spec, ClusterFeed feed, Function<Runnable, DataPlane> plane) {
        NodeAgent agent = new NodeAgent(spec, feed, plane);
        feed.watch(spec.cluster(), agent.waker);
        agent.wake();
        agent.follower.start();
        return agent;
    }

    /** One that follows nothing and is only to be removed. */
    static NodeAgent resting(NodeNetworkSpec spec, ClusterFeed feed, Function<Runnable, DataPlane> plane) {
        return new NodeAgent(spec, feed, plane);
    }

    NodeNetworkSpec spec() {
        return spec;
    }

    /** Has the node looked at anew. */
    void wake() {
        changes.release();
    }

    private void follow() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!feed.awaitSync(1, TimeUnit.SECONDS)) {
                if (closed) {
                    return;
                }
            }
            while (!closed) {
                changes.acquire();
                changes.drainPermits();
                try {
                    program();
                    pause = FIRST_PAUSE;
                } catch (RuntimeException e) {
                    failed(e);
                    Thread.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                    changes.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(RuntimeException e) {
        if (!closed) {
            problem = String.valueOf(e.getMessage());
            LoggingEventBuilder event = LOG.atWarn()
                    .setMessage("node network cannot be programmed, repeating")
                    .addKeyValue("cluster", spec.cluster())
                    .addKeyValue("node", spec.node())
                    .addKeyValue("why", e.getMessage());
            // A refusal says all there is to know; anything else is a defect whose origin matters.
            (e instanceof NetworkException || e instanceof LabException ? event : event.setCause(e)).log();
        }
    }

    private void program() {
        programming.lock();
        try {
            if (closed) {
                return;
            }
            ClusterView view = feed.view(spec.cluster());
            Ipv4Range own = range;
            if (own == null) {
                own = ownRange(view).orElse(null);
                if (own == null) {
                    problem = "the node has no pod range yet (Node.spec.podCIDR is empty)";
                    return;
                }
                attachments.keepOnly(plane.prepare(own));
                range = own;
            }
            boolean answersNames = answersNames(view);
            names.serve(answersNames);
            plane.program(state(own, view, answersNames));
            problem = null;
        } finally {
            programming.unlock();
        }
    }

    private Optional<Ipv4Range> ownRange(ClusterView view) {
        if (spec.pods().isPresent()) {
            return spec.pods();
        }
        ClusterView.Peer node = view.nodes().get(spec.node());
        return node == null ? Optional.empty() : node.pods();
    }

    /** A name server that runs as pods takes over from the node's own as soon as one of them is ready. */
    private boolean answersNames(ClusterView view) {
        return view.serviceAt(spec.dnsAddress())
                .map(service -> ServicePlan.of(List.of(service), view.slicesOf(service.name()), spec.node()).stream()
                        .allMatch(port -> port.internal().isEmpty()))
                .orElse(true);
    }

    private NodeState state(Ipv4Range own, ClusterView view, boolean answersNames) {
        List<BalancedPort> ports = ServicePlan.of(view.services().values(), view.slices(), spec.node());
        SortedMap<String, String> peers = new TreeMap<>();
        view.nodes().forEach((name, peer) -> {
            if (!name.equals(spec.node())
                    && peer.pods().isPresent()
                    && !peer.address().isEmpty()) {
                peers.put(peer.pods().get().toString(), peer.address());
            }
        });
        List<Attachment> pods = attachments.all();
        return new NodeState(
                spec,
                own,
                pods,
                ports,
                peers,
                hostPorts(view, pods),
                isolation(view, pods, answersNames),
                answersNames);
    }

    /** A pod is known by its address from the moment that it has one, before its status tells it. */
    private static Map<NamespacedName, String> addresses(List<Attachment> pods) {
        Map<NamespacedName, String> addresses = new HashMap<>();
        pods.forEach(pod -> addresses.put(new NamespacedName(pod.namespace(), pod.pod()), pod.address()));
        return addresses;
    }

    private static List<HostPort> hostPorts(ClusterView view, List<Attachment> pods) {
        Map<NamespacedName, String> local = addresses(pods);
        List<HostPort> ports = new ArrayList<>();
        for (PolicyPod pod : view.pods()) {
            String address = local.get(pod.name());
            if (address != null) {
                pod.nodePorts()
                        .forEach(port -> ports.add(new HostPort(
                                port.protocol(), port.hostAddress(), port.port(), address, port.target())));
            }
        }
        return ports;
    }

    private Isolation isolation(ClusterView view, List<Attachment> pods, boolean answersNames) {
        if (view.policies().isEmpty()) {
            return Isolation.NONE;
        }
        Map<NamespacedName, String> local = addresses(pods);
        List<PolicyPod> known = new ArrayList<>();
        for (PolicyPod pod : view.pods()) {
            String address = local.getOrDefault(pod.name(), pod.address());
            if (!address.isEmpty()) {
                known.add(pod.at(address));
            }
        }
        if (answersNames) {
            known.add(NameService.asPod(spec.dnsAddress()));
        }
        return PolicyPlan.of(view.policies(), known, view.namespaces(), List.copyOf(local.values()));
    }

    @Override
    public PodLink attach(PodSandbox sandbox) {
        Ipv4Range own = range;
        if (own == null) {
            throw new NetworkException(Code.NO_ADDRESS, problem().orElse("the node's network is starting"));
        }
        Attachment attachment = attachments.add(sandbox, own, plane.link(sandbox.id()));
        try {
            PodLink link = plane.connect(attachment, sandbox, own);
            program();
            return link;
        } catch (NetworkException | LabException e) {
            throw new NetworkException(
                    Code.FAILED,
                    "pod " + sandbox.namespace() + "/" + sandbox.pod() + " cannot be connected: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void detach(PodSandbox sandbox) {
        Attachment attachment = attachments.find(sandbox.id()).orElse(null);
        if (attachment == null) {
            return;
        }
        try {
            // Its address is free only when nothing leads to it any more.
            attachments.leave(attachment);
            if (range != null) {
                program();
            }
            plane.disconnect(attachment);
            attachments.remove(sandbox.id());
        } catch (LabException e) {
            throw new NetworkException(
                    Code.FAILED,
                    "pod " + sandbox.namespace() + "/" + sandbox.pod() + " cannot be disconnected: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Ends and removes the node's network for good. */
    void remove() {
        close();
        programming.lock();
        try {
            plane.remove(attachments.all());
            attachments.keepOnly(List.of());
        } finally {
            programming.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        feed.unwatch(spec.cluster(), waker);
        follower.interrupt();
        try {
            if (follower.isAlive()) {
                follower.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        names.close();
        plane.close();
    }
}
