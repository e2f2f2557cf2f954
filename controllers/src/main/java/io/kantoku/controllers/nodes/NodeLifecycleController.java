package io.kantoku.controllers.nodes;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.Taint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Declares nodes unreachable that stop renewing their leases, taints nodes by their conditions, and evicts the pods that do
 * not tolerate it. Requests name nodes.
 */
public final class NodeLifecycleController implements Reconciler {
    /** How long a node that registered may take until its first report, as upstream. */
    private static final Duration STARTUP_GRACE = Duration.ofMinutes(1);

    /** Creation times are whole seconds. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

    private static final GroupVersionKind NODE = new GroupVersionKind("", "v1", "Node");
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    private final Clusters clusters;
    private final InstantSource clock;
    private final Heartbeats heartbeats;
    private final NodePlan.Patience patience;
    private final Events events;
    private final Set<Request> driving = ConcurrentHashMap.newKeySet();
    /** The nodes that are there, as Events refer to them. */
    private final Map<Request, KubeObject> known = new ConcurrentHashMap<>();

    private final Instant started;

    /** {@code grace} is how long a lease may stay without renewal. */
    public NodeLifecycleController(Clusters clusters, Heartbeats heartbeats, Duration grace, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        this.heartbeats = heartbeats;
        patience = new NodePlan.Patience(grace, STARTUP_GRACE.compareTo(grace) > 0 ? STARTUP_GRACE : grace);
        events = new Events(clusters, "node-controller", clock);
        started = clock.instant().minus(CLOCK_TOLERANCE);
    }

    /** Leads from a lease that is a node's first, or that comes after silence, to the node; renewals in time need no look. */
    public Mapper leases() {
        return (cluster, lease, previous) -> {
            Request node = new Request(cluster, NamespacedName.clusterScoped(lease.name()));
            return lease.namespace().equals(Heartbeats.NAMESPACE) && (previous == null || driving.contains(node))
                    ? List.of(node)
                    : List.of();
        };
    }

    /** Leads from a pod to its node while that drives pods away. */
    public Mapper pods() {
        return (cluster, pod, previous) -> {
            Request node = new Request(cluster, NamespacedName.clusterScoped(Pods.nodeName(pod)));
            return !Mapper.isDeletion(pod, previous) && driving.contains(node) ? List.of(node) : List.of();
        };
    }

    @Override
    public Result reconcile(Request request) {
        ClusterId cluster = request.cluster();
        KubeClient client = clusters.cluster(cluster);
        KubeObject node = client.find(Resources.NODES, request.name()).orElse(null);
        if (node == null) {
            driving.remove(request);
            KubeObject gone = known.remove(request);
            if (!clusters.ids().contains(cluster)) {
                heartbeats.drop(cluster);
            } else if (gone != null) {
                tell(cluster, gone, "RemovingNode", "Removing Node " + gone.name() + " from Controller");
            }
            return Result.done();
        }
        register(request, node);
        Instant now = clock.instant();
        Instant heard = heartbeats.last(cluster, node.name()).orElse(now);
        NodePlan plan = NodePlan.plan(node, heard, patience, now);
        KubeObject written = plan.node();
        if (plan.statusChanged()) {
            KubeObject stored = client.updateStatus(Resources.NODES, plan.node());
            written = plan.node().copy();
            written.metadata().put("resourceVersion", stored.resourceVersion());
            event(cluster, node, written);
        }
        if (plan.taintsChanged()) {
            client.update(Resources.NODES, written);
        }
        List<Taint> taints = Taint.of(plan.node());
        boolean drives = taints.stream().anyMatch(taint -> taint.effect().equals("NoExecute"));
        if (!drives && !plan.lost()) {
            driving.remove(request);
            return Result.after(plan.recheck());
        }
        if (drives) {
            driving.add(request);
        }
        List<KubeObject> pods = client.list(Resources.PODS, Query.all().where("spec.nodeName=" + node.name()))
                .items();
        if (!Conditions.isTrue(plan.node(), "Ready")) {
            pods.forEach(pod -> markNotReady(client, pod, now));
            if (taints.stream().anyMatch(taint -> taint.key().equals(OUT_OF_SERVICE))) {
                pods.stream().filter(KubeObject::deleting).forEach(pod -> remove(client, pod, now));
            }
        }
        EvictionPlan eviction = EvictionPlan.plan(taints, pods, now);
        eviction.evict().forEach(pod -> evict(client, pod));
        return Result.after(sooner(plan.recheck(), eviction.recheck()));
    }

    /** Tells of a node that is new since this controller runs. */
    private void register(Request request, KubeObject node) {
        KubeObject reference = KubeObject.create(NODE, "", node.name());
        reference.metadata().put("uid", node.uid());
        KubeObject before = known.put(request, reference);
        boolean fresh = before == null || !before.uid().equals(node.uid());
        Instant created =
                Timestamps.parse(node.text("metadata", "creationTimestamp")).orElse(Instant.MIN);
        if (fresh && !created.isBefore(started)) {
            tell(request.cluster(), reference, "RegisteredNode", "Registered Node " + node.name() + " in Controller");
        }
    }

    private void tell(ClusterId cluster, KubeObject node, String reason, String what) {
        events.normal(cluster, node, reason, "Node " + node.name() + " event: " + what);
    }

    private void event(ClusterId cluster, KubeObject before, KubeObject after) {
        if (Conditions.isTrue(before, "Ready") && !Conditions.isTrue(after, "Ready")) {
            events.normal(cluster, after, "NodeNotReady", "Node " + after.name() + " status is now: NodeNotReady");
        }
    }

    /** A pod whose node does not answer does not count as ready, so that Services stop sending it traffic. */
    private void markNotReady(KubeClient client, KubeObject pod, Instant now) {
        if (!Pods.isReady(pod)) {
            return;
        }
        KubeObject next = pod.copy();
        Conditions.set(next, Condition.isFalse("Ready", "NodeNotReady", ""), now);
        try {
            client.updateStatus(Resources.PODS, next);
            events.warning(client.cluster(), pod, "NodeNotReady", "Node is not ready");
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** Removes a terminating pod whose node an administrator has declared dead (KEP-2268): nobody will confirm its end. */
    private static void remove(KubeClient client, KubeObject pod, Instant now) {
        if (!Pods.isTerminal(pod)) {
            KubeObject failed = client.find(Resources.PODS, pod.namespacedName())
                    .filter(found -> found.uid().equals(pod.uid()))
                    .orElse(null);
            if (failed == null) {
                return;
            }
            failed.status().put("phase", "Failed");
            Conditions.set(
                    failed,
                    Condition.isTrue("DisruptionTarget", "DeletionByPodGC", "PodGC: node is out of service"),
                    now);
            status(client, failed);
        }
        Clients.delete(client, Resources.PODS, pod, new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, "", 0));
    }

    private static void status(KubeClient client, KubeObject pod) {
        try {
            client.updateStatus(Resources.PODS, pod);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void evict(KubeClient client, KubeObject pod) {
        events.normal(
                client.cluster(),
                pod,
                "TaintManagerEviction",
                "Marking for deletion Pod " + pod.namespace() + "/" + pod.name());
        KubeObject next = pod.copy();
        boolean noted = Conditions.set(
                next,
                Condition.isTrue(
                        "DisruptionTarget", "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"),
                clock.instant());
        if (noted) {
            status(client, next);
        }
        Clients.delete(client, Resources.PODS, pod, DeleteOptions.background());
    }

    private static Duration sooner(Duration one, Duration other) {
        if (one.isZero() || other.isZero()) {
            return one.plus(other);
        }
        return one.compareTo(other) < 0 ? one : other;
    }
}
