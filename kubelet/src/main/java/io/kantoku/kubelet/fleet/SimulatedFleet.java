package io.kantoku.kubelet.fleet;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timer;
import io.kantoku.kubelet.NodeFleet;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.pod.ImaginedPod;
import io.kantoku.kubelet.pod.PodAdmission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All simulated nodes of this process.
 *
 * <p>A pod that is bound to one of them is reported as running at once; a pod of a Job as succeeded after a moment. A pod that
 * is being deleted ends after a blink. Leases are renewed every ten seconds, those of all nodes by one timer.
 */
public final class SimulatedFleet implements NodeFleet, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedFleet.class);
    private static final Duration RENEWAL = Duration.ofSeconds(10);
    private static final Duration JOB_DURATION = Duration.ofSeconds(1);

    /**
     * How long containers take to end. {@code kubectl delete} looks for the pod twice before it waits; a StatefulSet's next pod of the
     * same name in between would be waited for in its place.
     */
    private static final Duration ENDING = Duration.ofMillis(200);

    private record Key(ClusterId cluster, String node) {}

    private final Clusters clusters;
    private final ControllerSettings settings;
    private final ConcurrentMap<Key, FleetNode> nodes = new ConcurrentHashMap<>();
    private final ControllerGroup controllers;
    private final Controller pods;
    private volatile boolean closed;
    private volatile Timer.Alarm renewal = () -> {};

    public SimulatedFleet(Clusters clusters, ControllerSettings settings) {
        this.clusters = clusters;
        this.settings = settings;
        this.pods = Controller.named("simulated-kubelet")
                .kind("Pod")
                .concurrency(16)
                .watches(Resources.PODS, this::ours)
                .observes(Resources.NODES, new NodeChanges())
                .reconciler(this::reconcile)
                .build();
        this.controllers = new ControllerGroup(clusters, settings, List.of(pods));
    }

    public SimulatedFleet start() {
        controllers.start();
        renewal = settings.timer().after(RENEWAL, this::renewAll);
        return this;
    }

    /** A simulated node is in this process, wherever its machine is. */
    @Override
    public void join(NodeSpec spec, NodePlace place) {
        join(spec);
    }

    /**
     * Adds a node that is on no machine.
     *
     * @throws ApiException when the node's API refuses
     */
    public void join(NodeSpec spec) {
        KubeClient client = clusters.cluster(spec.cluster());
        Events events = new Events(clusters, "kubelet", spec.name(), settings.timer());
        FleetNode node = new FleetNode(
                spec,
                (pod, path, type, reason, message) -> events.record(spec.cluster(), pod, path, type, reason, message),
                freed -> settings.executor().execute(() -> wakePods(freed)));
        nodes.put(new Key(spec.cluster(), spec.name()), node);
        NamespacedName name = NamespacedName.clusterScoped(spec.name());
        Instant now = settings.timer().instant();
        KubeObject registered = client.find(Resources.NODES, name)
                .orElseGet(() -> client.create(Resources.NODES, NodeObject.create(spec)));
        NodeObject.healthy(registered, spec, now);
        renew(client, spec.name(), now);
        KubeObject stored = repeatOnConflict(client, registered, spec);
        String cidr = stored.text("spec", "podCIDR");
        if (!cidr.isEmpty()) {
            node.podCidr(cidr);
        }
        wakePods(node);
        LOG.atInfo()
                .setMessage("node joined")
                .addKeyValue("cluster", spec.cluster())
                .addKeyValue("node", spec.name())
                .log();
    }

    @Override
    public void leave(ClusterId cluster, String node) {
        nodes.remove(new Key(cluster, node));
    }

    /** Why a node has no logs to show and no containers to enter; empty when it is none of these. */
    public Optional<String> refusal(ClusterId cluster, String node) {
        return nodes.containsKey(new Key(cluster, node))
                ? Optional.of("pods are simulated: node " + node
                        + " reports its pods as running and runs nothing, so there are no logs, no processes and no ports."
                        + " Start Kantoku with --runtime lab, as root, for real containers")
                : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        renewal.cancel();
        controllers.close();
    }

    /** Writes the status of a node anew, unless the node is gone. */
    private void report(NodeSpec spec) {
        KubeClient client = clusters.cluster(spec.cluster());
        try {
            client.find(Resources.NODES, NamespacedName.clusterScoped(spec.name()))
                    .filter(node -> !NodeStatus.offersExtended(node))
                    .ifPresent(node -> {
                        NodeObject.healthy(node, spec, settings.timer().instant());
                        repeatOnConflict(client, node, spec);
                    });
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private KubeObject repeatOnConflict(KubeClient client, KubeObject node, NodeSpec spec) {
        KubeObject wanted = node;
        while (true) {
            try {
                return client.updateStatus(Resources.NODES, wanted);
            } catch (ApiException e) {
                if (!e.isConflict()) {
                    throw e;
                }
                wanted = client.get(Resources.NODES, NamespacedName.clusterScoped(spec.name()));
                NodeObject.healthy(wanted, spec, settings.timer().instant());
            }
        }
    }

    /** Gives a pod's address to others; those that found none are looked at again. */
    private void release(FleetNode node, KubeObject pod) {
        if (node.release(pod.uid())) {
            settings.executor().execute(() -> wakePods(node));
        }
    }

    private List<Request> ours(ClusterId cluster, KubeObject pod, @Nullable KubeObject previous) {
        String node = pod.text("spec", "nodeName");
        FleetNode ours = nodes.get(new Key(cluster, node));
        if (ours == null) {
            return List.of();
        }
        if (Mapper.isDeletion(pod, previous)) {
            if (ours.forget(pod.uid())) {
                settings.executor().execute(() -> wakePods(ours));
            }
            return List.of();
        }
        return List.of(new Request(cluster, pod.namespacedName()));
    }

    private Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        Optional<KubeObject> found = client.find(Resources.PODS, request.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        KubeObject pod = found.get();
        FleetNode node = nodes.get(new Key(request.cluster(), pod.text("spec", "nodeName")));
        if (node == null) {
            return Result.done();
        }
        if (pod.deleting()) {
            Instant now = settings.timer().instant();
            Instant end = node.end(pod.uid(), now.plus(ENDING));
            if (now.isBefore(end)) {
                return Result.after(Duration.between(now, end));
            }
            endIfHeld(client, pod);
            client.delete(
                    Resources.PODS,
                    request.name(),
                    new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, pod.uid(), 0));
            return Result.done();
        }
        return advance(client, node, pod);
    }

    /** A pod that others hold by a finalizer shows that its containers have ended. */
    private static void endIfHeld(KubeClient client, KubeObject pod) {
        String phase = pod.text("status", "phase");
        if (!pod.finalizers().isEmpty() && !phase.equals("Succeeded") && !phase.equals("Failed")) {
            KubeObject ended = pod.copy();
            ended.status().put("phase", "Failed");
            client.updateStatus(Resources.PODS, ended);
        }
    }

    private Result advance(KubeClient client, FleetNode node, KubeObject pod) {
        String phase = pod.text("status", "phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            release(node, pod);
            return Result.done();
        }
        String hostIp = node.spec().internalIp();
        boolean hostNetwork = pod.at("spec", "hostNetwork").asBoolean();
        String podIp = hostNetwork ? hostIp : node.address(pod.uid(), pod.text("status", "podIP"));
        if (podIp.isEmpty()) {
            return Result.done(); // comes back when the node's pod CIDR is known, or an address is free
        }
        Instant now = settings.timer().instant();
        Optional<PodAdmission.Refusal> refusal = new PodAdmission(node.accounts()).admit(pod);
        if (refusal.isPresent()) {
            node.events()
                    .record(
                            pod,
                            "",
                            "Warning",
                            refusal.get().reason(),
                            refusal.get().message());
            client.updateStatus(Resources.PODS, refusal.get().write(pod, now));
            return Result.done();
        }
        ImaginedPod imagined = new ImaginedPod(pod, hostIp, podIp, node.accounts(), node.events(), now);
        Optional<Instant> end = end(pod);
        if (phase.equals("Running") && end.filter(due -> !now.isBefore(due)).isPresent()) {
            boolean late = ImaginedPod.deadline(pod).equals(end);
            client.updateStatus(Resources.PODS, late ? imagined.outOfTime() : imagined.succeeded());
            return Result.done();
        }
        KubeObject running = imagined.running();
        if (!running.at("status").equals(pod.at("status"))) {
            running = client.updateStatus(Resources.PODS, running);
        }
        return end(running).map(due -> Result.after(Duration.between(now, due))).orElse(Result.done());
    }

    /** When a pod ends of itself: those of Jobs after a moment, others when their time is over. */
    private static Optional<Instant> end(KubeObject pod) {
        Optional<Instant> deadline = ImaginedPod.deadline(pod);
        boolean job =
                pod.controller().filter(owner -> owner.kind().equals("Job")).isPresent();
        String started = pod.text("status", "startTime");
        if (!job || started.isEmpty()) {
            return deadline;
        }
        Instant done = Instant.parse(started).plus(JOB_DURATION);
        return Optional.of(deadline.filter(due -> due.isBefore(done)).orElse(done));
    }

    /** Renews every lease on the virtual thread of its own cluster's batch, then sets the timer again. */
    private void renewAll() {
        if (closed) {
            return;
        }
        renewal = settings.timer().after(RENEWAL, this::renewAll);
        settings.executor().execute(() -> {
            for (FleetNode node : nodes.values()) {
                NodeSpec spec = node.spec();
                try {
                    if (!closed) {
                        renew(
                                clusters.cluster(spec.cluster()),
                                spec.name(),
                                settings.timer().instant());
                    }
                } catch (RuntimeException e) { // a loop over all nodes: one's failure is not the others'
                    LOG.atDebug()
                            .setMessage("lease not renewed")
                            .addKeyValue("cluster", spec.cluster())
                            .addKeyValue("node", spec.name())
                            .addKeyValue("why", e.getMessage())
                            .log();
                }
            }
        });
    }

    private static void renew(KubeClient client, String node, Instant now) {
        NamespacedName name = new NamespacedName("kube-node-lease", node);
        Optional<KubeObject> lease = client.find(Resources.LEASES, name);
        try {
            if (lease.isPresent()) {
                NodeObject.renew(lease.get(), now);
                client.update(Resources.LEASES, lease.get());
            } else {
                Optional<KubeObject> owner = client.find(Resources.NODES, NamespacedName.clusterScoped(node));
                client.create(Resources.LEASES, NodeObject.lease(node, owner, now));
            }
        } catch (ApiException e) {
            if (!e.isConflict() && !e.isAlreadyExists()) { // otherwise it was renewed at this moment
                throw e;
            }
        }
    }

    private void wakePods(FleetNode node) {
        if (!node.hasPodCidr()) {
            return;
        }
        ClusterId cluster = node.spec().cluster();
        clusters.cluster(cluster)
                .list(
                        Resources.PODS,
                        Query.all().where("spec.nodeName=" + node.spec().name()))
                .items()
                .forEach(pod -> pods.enqueue(new Request(cluster, pod.namespacedName())));
    }

    /** Learns the pod CIDRs that the controllers give to nodes. */
    private final class NodeChanges implements ObjectListener {
        @Override
        public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
            FleetNode node = nodes.get(new Key(cluster, object.name()));
            String cidr = object.text("spec", "podCIDR");
            if (node != null && !cidr.isEmpty() && !node.hasPodCidr()) {
                node.podCidr(cidr);
                settings.executor().execute(() -> wakePods(node));
            }
            if (node != null && !NodeStatus.offersExtended(object)) {
                settings.executor().execute(() -> report(node.spec()));
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {}
    }
}
