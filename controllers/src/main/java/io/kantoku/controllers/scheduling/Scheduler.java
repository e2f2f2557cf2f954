package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
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
import io.kantoku.controllers.Kinds;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Binds pods to nodes. Requests name pods.
 *
 * <p>A cluster has a {@link ClusterView} while it schedules and for ten minutes after. A pod that fits nowhere waits for a change
 * of the nodes, of bound pods or of volume claims. There is no preemption, and no order by priority.
 */
public final class Scheduler implements Reconciler {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration REPEAT = Duration.ofMinutes(5);
    private static final String NAME = "default-scheduler";

    private final Clusters clusters;
    private final Timer timer;
    private final Events events;
    private final Map<ClusterId, Active> active = new ConcurrentHashMap<>();
    private final Map<ClusterId, Set<Request>> waiting = new ConcurrentHashMap<>();

    public Scheduler(Clusters clusters, Timer timer) {
        this.clusters = clusters;
        this.timer = timer;
        events = new Events(clusters, NAME, timer);
    }

    /** Keeps the views of active clusters up to date with nodes. */
    public ObjectListener nodeObserver() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject node, @Nullable KubeObject previous) {
                Active known = active.get(cluster);
                if (known != null) {
                    known.view.node(node);
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject node) {
                Active known = active.get(cluster);
                if (known != null) {
                    known.view.nodeGone(node);
                }
            }
        };
    }

    /** Keeps the views of active clusters up to date with pods. */
    public ObjectListener podObserver() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject pod, @Nullable KubeObject previous) {
                Active known = active.get(cluster);
                if (known != null) {
                    known.view.pod(pod);
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject pod) {
                Active known = active.get(cluster);
                if (known != null) {
                    known.view.podGone(pod);
                }
            }
        };
    }

    /** Leads from a pod without a node to itself, and from one that frees resources to those that wait. */
    public Mapper pods() {
        return (cluster, pod, previous) -> {
            if (Pods.nodeName(pod).isEmpty()) {
                return List.of(new Request(cluster, pod.namespacedName()));
            }
            boolean freed = Mapper.isDeletion(pod, previous)
                    || (previous != null && Pods.isTerminal(pod) && !Pods.isTerminal(previous));
            boolean bound = previous == null || Pods.nodeName(previous).isEmpty();
            // A pod that has just been bound may be the one that another wants to be near.
            return freed || bound ? waiting(cluster) : List.of();
        };
    }

    /** Leads from a node or claim to the pods that wait. */
    public Mapper others() {
        return (cluster, object, previous) -> {
            boolean heartbeat = previous != null
                    && !Mapper.isDeletion(object, previous)
                    && previous.at("metadata", "labels").equals(object.at("metadata", "labels"))
                    && previous.at("spec").equals(object.at("spec"))
                    && previous.at("status", "allocatable").equals(object.at("status", "allocatable"))
                    && previous.at("status", "phase").equals(object.at("status", "phase"));
            return heartbeat ? List.of() : waiting(cluster);
        };
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject pod = client.find(Resources.PODS, request.name()).orElse(null);
        if (pod == null || !isMine(pod)) {
            forget(request);
            return Result.done();
        }
        if (!pod.at("spec", "schedulingGates").isEmpty()) {
            return Result.done();
        }
        Claims claims = Claims.of(client, pod);
        if (!claims.problem().isEmpty()) {
            ClusterView view = view(client).view;
            return unschedulable(
                    request,
                    client,
                    pod,
                    "0/" + view.nodes().size() + " nodes are available: " + claims.problem() + ".");
        }
        if (claims.pending()) {
            await(request);
            return Result.after(REPEAT);
        }
        return place(request, client, pod, claims);
    }

    private Result place(Request request, KubeClient client, KubeObject pod, Claims claims) {
        Active known = view(client);
        PodState state = PodState.of(pod).reaching(claims.reach());
        return switch (known.view.place(state)) {
            case Placement.Nowhere(var message) -> unschedulable(request, client, pod, message);
            case Placement.On(var node) -> {
                boolean bound = false;
                try {
                    if (claims.toPlace().isEmpty()) {
                        bind(client, pod, node);
                        bound = true;
                        forget(request);
                    } else {
                        for (KubeObject claim : claims.toPlace()) {
                            client.update(
                                    Resources.PERSISTENT_VOLUME_CLAIMS, claim.annotate(Claims.SELECTED_NODE, node));
                        }
                        await(request);
                    }
                } finally {
                    if (!bound) {
                        known.view.forget(state);
                    }
                }
                yield bound ? Result.done() : Result.after(REPEAT);
            }
        };
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

    private Result unschedulable(Request request, KubeClient client, KubeObject pod, String message) {
        await(request);
        KubeObject next = pod.copy();
        if (Conditions.set(next, Condition.isFalse("PodScheduled", "Unschedulable", message), timer.instant())) {
            try {
                client.updateStatus(Resources.PODS, next);
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
        events.warning(request.cluster(), pod, "FailedScheduling", message);
        return Result.after(REPEAT);
    }

    private static boolean isMine(KubeObject pod) {
        String scheduler = pod.text("spec", "schedulerName");
        return Pods.nodeName(pod).isEmpty()
                && !pod.deleting()
                && !Pods.isTerminal(pod)
                && (scheduler.isEmpty() || scheduler.equals(NAME));
    }

    private Collection<Request> waiting(ClusterId cluster) {
        Set<Request> requests = waiting.get(cluster);
        return requests == null ? List.of() : List.copyOf(requests);
    }

    private void await(Request request) {
        waiting.compute(request.cluster(), (_, known) -> {
            Set<Request> next = known == null ? ConcurrentHashMap.newKeySet() : known;
            next.add(request);
            return next;
        });
    }

    private void forget(Request request) {
        waiting.computeIfPresent(request.cluster(), (_, known) -> {
            known.remove(request);
            return known.isEmpty() ? null : known;
        });
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
                List<KubeObject> nodes =
                        client.list(Resources.NODES, Query.all()).items();
                List<KubeObject> pods = client.list(Resources.PODS, Query.all()).items();
                view.prime(nodes, pods);
                primed = true;
                first.run();
            }
        }
    }
}
