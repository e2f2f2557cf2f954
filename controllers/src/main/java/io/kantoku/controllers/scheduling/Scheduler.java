package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timer;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Kinds;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Binds pods to nodes. Requests name pods.
 *
 * <p>A cluster has a {@link ClusterView} while it schedules and for ten minutes after. A pod that fits nowhere takes the place of
 * pods with less priority, or waits for a change that may help it ({@link WaitingPods}).
 */
public final class Scheduler implements Reconciler {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration REPEAT = Duration.ofMinutes(5);
    private static final String NAME = "default-scheduler";

    private final Clusters clusters;
    private final Timer timer;
    private final Events events;
    private final Map<ClusterId, Active> active = new ConcurrentHashMap<>();
    private final WaitingPods waiting = new WaitingPods();

    public Scheduler(Clusters clusters, Timer timer) {
        this.clusters = clusters;
        this.timer = timer;
        events = new Events(clusters, NAME, timer);
    }

    /** Keeps the views of active clusters up to date with nodes. */
    public ObjectListener nodeObserver() {
        return observer(ClusterView::node, ClusterView::nodeGone);
    }

    /** Keeps the views of active clusters up to date with pods. */
    public ObjectListener podObserver() {
        return observer(ClusterView::pod, ClusterView::podGone);
    }

    /** Keeps the views of active clusters up to date with the labels of namespaces. */
    public ObjectListener namespaceObserver() {
        return observer(ClusterView::namespace, ClusterView::namespaceGone);
    }

    private ObjectListener observer(
            BiConsumer<ClusterView, KubeObject> present, BiConsumer<ClusterView, KubeObject> gone) {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                Active known = active.get(cluster);
                if (known != null) {
                    present.accept(known.view, object);
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject object) {
                Active known = active.get(cluster);
                if (known != null) {
                    gone.accept(known.view, object);
                }
            }
        };
    }

    /** Leads from a pod without a node to itself, and from one that others may have waited for to those. */
    public Mapper pods() {
        return (cluster, pod, previous) -> {
            boolean deletion = Mapper.isDeletion(pod, previous);
            if (Pods.nodeName(pod).isEmpty()) {
                boolean own = previous == null || deletion || Changes.ofPod(previous, pod);
                List<Request> requests = new ArrayList<>();
                if (own) {
                    requests.add(new Request(cluster, pod.namespacedName()));
                }
                if (deletion && !pod.text("status", "nominatedNodeName").isEmpty()) {
                    requests.addAll(waiting.woken(cluster, EnumSet.of(Cause.POD_GONE)));
                }
                return requests;
            }
            return waiting.any(cluster) ? waiting.woken(cluster, Changes.ofBoundPod(pod, previous)) : List.of();
        };
    }

    /** Leads from a node to the pods that wait for one. */
    public Mapper nodes() {
        return (cluster, node, previous) -> waiting.any(cluster) && Changes.ofNode(node, previous)
                ? waiting.woken(cluster, EnumSet.of(Cause.NODE, Cause.POD_GONE))
                : List.of();
    }

    /** Leads from a volume, claim or storage class to the pods that wait for one. */
    public Mapper volumes() {
        return (cluster, object, previous) -> previous == null
                        || Mapper.isDeletion(object, previous)
                        || !previous.at("spec").equals(object.at("spec"))
                        || !previous.at("metadata", "annotations").equals(object.at("metadata", "annotations"))
                        || !previous.at("status", "phase").equals(object.at("status", "phase"))
                ? waiting.woken(cluster, EnumSet.of(Cause.VOLUME))
                : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject pod = client.find(Resources.PODS, request.name()).orElse(null);
        if (pod == null || !isMine(pod) || !pod.at("spec", "schedulingGates").isEmpty()) {
            waiting.forget(request);
            return Result.done();
        }
        Duration pause = waiting.pause(request, pod.uid(), timer.instant());
        if (!pause.isZero()) {
            return Result.after(pause);
        }
        Claims claims = Claims.of(client, pod);
        if (claims.pending()) {
            waiting.await(request, pod.uid(), EnumSet.of(Cause.VOLUME));
            return Result.after(REPEAT);
        }
        Active known = view(client);
        PodState state = PodState.of(pod).needing(claims.needs());
        Placement placement = claims.problem().isEmpty()
                ? known.view.place(state)
                : new Placement.Nowhere(new Diagnosis(known.view.size(), claims.problem(), Map.of()));
        return switch (placement) {
            case Placement.Nowhere(var diagnosis) -> nowhere(request, client, known.view, pod, state, diagnosis);
            case Placement.On(var node) -> on(node, request, client, known.view, pod, state, claims);
        };
    }

    private Result on(
            String node,
            Request request,
            KubeClient client,
            ClusterView view,
            KubeObject pod,
            PodState state,
            Claims claims) {
        boolean bound = false;
        try {
            if (claims.toPlace().isEmpty()) {
                bind(client, pod, node);
                bound = true;
                waiting.forget(request);
            } else {
                for (KubeObject claim : claims.toPlace()) {
                    client.update(Resources.PERSISTENT_VOLUME_CLAIMS, claim.annotate(Claims.SELECTED_NODE, node));
                }
                waiting.await(request, pod.uid(), EnumSet.of(Cause.VOLUME));
            }
        } finally {
            if (!bound) {
                view.forget(state);
            }
        }
        return bound ? Result.done() : Result.after(REPEAT);
    }

    /** Makes room, or says why the pod waits. */
    private Result nowhere(
            Request request, KubeClient client, ClusterView view, KubeObject pod, PodState state, Diagnosis diagnosis) {
        waiting.failed(request, state, diagnosis.causes(), timer.instant());
        String message = diagnosis.message();
        String nominated = "";
        if (diagnosis.nodes() > 0) {
            List<Budget> budgets = Clients.list(client, Resources.POD_DISRUPTION_BUDGETS, Query.all()).stream()
                    .map(Budget::of)
                    .toList();
            switch (view.preempt(state, diagnosis, budgets)) {
                case Preemption.Outcome.Nothing(var why) -> message = message + " " + why;
                case Preemption.Outcome.Victims(var node, var victims) -> {
                    nominated = node;
                    evict(client, state, node, victims);
                    view.nominatedBelow(state.priority(), node).forEach(other -> nominate(client, other.name(), ""));
                }
            }
            if (nominated.isEmpty() && message.endsWith("nominated node.")) {
                nominated = state.rank().nominated();
            }
        }
        unschedulable(client, pod, message, nominated);
        return Result.after(REPEAT);
    }

    /** Takes pods from a node for the sake of another. */
    private void evict(KubeClient client, PodState preemptor, String node, List<PodState> victims) {
        for (PodState victim : victims) {
            KubeObject pod = client.find(Resources.PODS, victim.name())
                    .filter(found -> found.uid().equals(victim.uid()) && !found.deleting())
                    .orElse(null);
            if (pod == null) {
                continue;
            }
            Conditions.set(
                    pod,
                    Condition.isTrue(
                            "DisruptionTarget",
                            Rank.PREEMPTED,
                            NAME + ": preempting to accommodate a higher priority pod"),
                    timer.instant());
            status(client, pod);
            Clients.delete(client, Resources.PODS, pod, DeleteOptions.background());
            events.normal(
                    client.cluster(), pod, "Preempted", "Preempted by pod " + preemptor.uid() + " on node " + node);
        }
    }

    private static void nominate(KubeClient client, NamespacedName name, String node) {
        client.find(Resources.PODS, name).ifPresent(pod -> {
            if (nominated(pod, node)) {
                status(client, pod);
            }
        });
    }

    /** Writes the nomination into the pod; whether it is another one. */
    private static boolean nominated(KubeObject pod, String node) {
        if (pod.text("status", "nominatedNodeName").equals(node)) {
            return false;
        }
        if (node.isEmpty()) {
            pod.status().remove("nominatedNodeName");
        } else {
            pod.status().put("nominatedNodeName", node);
        }
        return true;
    }

    private void bind(KubeClient client, KubeObject pod, String node) {
        KubeObject binding = KubeObject.create(Kinds.BINDING, pod.namespace(), pod.name());
        binding.metadata().put("uid", pod.uid());
        binding.json()
                .putObject("target")
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", node);
        client.post(Resources.PODS, pod.namespacedName(), "binding", binding);
        events.normal(
                client.cluster(),
                pod,
                "Scheduled",
                "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node);
    }

    private void unschedulable(KubeClient client, KubeObject pod, String message, String node) {
        KubeObject next = pod.copy();
        boolean changed =
                Conditions.set(next, Condition.isFalse("PodScheduled", "Unschedulable", message), timer.instant());
        if (nominated(next, node) || changed) {
            status(client, next);
        }
        events.warning(client.cluster(), pod, "FailedScheduling", message);
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

    private static boolean isMine(KubeObject pod) {
        String scheduler = pod.text("spec", "schedulerName");
        return Pods.nodeName(pod).isEmpty()
                && !pod.deleting()
                && !Pods.isTerminal(pod)
                && (scheduler.isEmpty() || scheduler.equals(NAME));
    }

    /** The cluster's view, made and filled when this is the first use in a while. */
    private Active view(KubeClient client) {
        ClusterId cluster = client.cluster();
        Active known = active.get(cluster);
        if (known == null) {
            known = active.computeIfAbsent(cluster, _ -> new Active());
        }
        known.used = timer.instant();
        known.prime(client, () -> retireLater(cluster));
        return known;
    }

    private void retireLater(ClusterId cluster) {
        timer.after(IDLE, () -> {
            Active known = active.get(cluster);
            if (known != null) {
                if (known.used.plus(IDLE).isAfter(timer.instant())) {
                    retireLater(cluster);
                } else {
                    active.remove(cluster, known);
                }
            }
        });
    }

    /** Whether the cluster has a view now. */
    boolean isActive(ClusterId cluster) {
        return active.containsKey(cluster);
    }

    private static final class Active {
        final ClusterView view = new ClusterView();
        private boolean primed;
        volatile Instant used = Instant.MIN;

        /** The first caller fills the view; others wait for it. The subscriptions write to the view all the while. */
        synchronized void prime(KubeClient client, Runnable first) {
            if (!primed) {
                view.prime(
                        client.list(Resources.NAMESPACES, Query.all()).items(),
                        client.list(Resources.NODES, Query.all()).items(),
                        client.list(Resources.PODS, Query.all()).items());
                primed = true;
                first.run();
            }
        }
    }
}
