package io.kantoku.controllers.nodes;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Removes pods that nobody will ever remove: those on nodes that do not exist any more. Requests name nodes.
 *
 * <p>A node must be missing for a while first, for it may register again under the same name after a restart.
 */
public final class PodCollector implements Reconciler {
    private static final Duration QUARANTINE = Duration.ofSeconds(40);

    private final Clusters clusters;
    private final NodeNames nodes;
    private final InstantSource clock;
    private final Map<Request, Instant> missing = new ConcurrentHashMap<>();

    public PodCollector(Clusters clusters, NodeNames nodes, InstantSource clock) {
        this.clusters = clusters;
        this.nodes = nodes;
        this.clock = clock;
    }

    /** Leads from a pod to its node when that does not exist. */
    public Mapper pods() {
        return (cluster, pod, previous) -> {
            String node = Pods.nodeName(pod);
            return node.isEmpty() || Mapper.isDeletion(pod, previous) || nodes.contains(cluster, node)
                    ? List.of()
                    : List.of(new Request(cluster, NamespacedName.clusterScoped(node)));
        };
    }

    /** Leads from a deleted node to itself. */
    public static Mapper deletedNodes() {
        return (cluster, node, previous) ->
                Mapper.isDeletion(node, previous) ? List.of(new Request(cluster, node.namespacedName())) : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        if (client.find(Resources.NODES, request.name()).isPresent()) {
            missing.remove(request);
            return Result.done();
        }
        List<KubeObject> pods = client.list(
                        Resources.PODS,
                        Query.all().where("spec.nodeName=" + request.name().name()))
                .items();
        if (pods.isEmpty()) {
            missing.remove(request);
            return Result.done();
        }
        Instant now = clock.instant();
        Instant end = missing.computeIfAbsent(request, _ -> now).plus(QUARANTINE);
        if (end.isAfter(now)) {
            return Result.after(Duration.between(now, end));
        }
        pods.forEach(pod -> remove(client, pod, now));
        missing.remove(request);
        return Result.done();
    }

    private static void remove(KubeClient client, KubeObject pod, Instant now) {
        if (!Pods.isTerminal(pod)) {
            KubeObject failed = pod.copy();
            failed.status().put("phase", "Failed");
            Conditions.set(
                    failed,
                    Condition.isTrue("DisruptionTarget", "DeletionByPodGC", "PodGC: node no longer exists"),
                    now);
            try {
                client.updateStatus(Resources.PODS, failed);
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
        Clients.delete(client, Resources.PODS, pod, new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, "", 0));
    }
}
