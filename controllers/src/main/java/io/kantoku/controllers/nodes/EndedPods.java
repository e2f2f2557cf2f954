package io.kantoku.controllers.nodes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Removes pods that have ended when a cluster has more of them than anybody will look at, evicted ones first, then the oldest (upstream's
 * {@code --terminated-pod-gc-threshold}). Requests are of a cluster.
 */
public final class EndedPods implements Reconciler {
    private static final NamespacedName ALL = NamespacedName.clusterScoped("ended");

    private final Clusters clusters;
    private final int threshold;
    private final Map<ClusterId, Set<NamespacedName>> ended = new ConcurrentHashMap<>();

    /** @param threshold how many may stay */
    public EndedPods(Clusters clusters, int threshold) {
        this.clusters = clusters;
        this.threshold = threshold;
    }

    /** Keeps the names of the pods that have ended. */
    public ObjectListener observer() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject pod, @Nullable KubeObject previous) {
                if (Pods.isTerminal(pod)) {
                    ended.computeIfAbsent(cluster, _ -> ConcurrentHashMap.newKeySet())
                            .add(pod.namespacedName());
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject pod) {
                ended.computeIfPresent(cluster, (_, names) -> {
                    names.remove(pod.namespacedName());
                    return names.isEmpty() ? null : names;
                });
            }
        };
    }

    /** Leads from a pod that ends to its cluster, when there are too many. */
    public Mapper pods() {
        return (cluster, pod, previous) -> Pods.isTerminal(pod)
                        && !Mapper.isDeletion(pod, previous)
                        && ended.getOrDefault(cluster, Set.of()).size() > threshold
                ? List.of(new Request(cluster, ALL))
                : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        List<KubeObject> pods = new ArrayList<>(Clients.list(client, Resources.PODS, Query.all()).stream()
                .filter(pod -> Pods.isTerminal(pod) && !pod.deleting())
                .toList());
        int surplus = pods.size() - threshold;
        if (surplus > 0) {
            pods.sort(Comparator.comparing(
                            (KubeObject pod) -> !pod.text("status", "reason").equals("Evicted"))
                    .thenComparing(pod -> pod.text("metadata", "creationTimestamp"))
                    .thenComparing(KubeObject::name));
            pods.subList(0, surplus)
                    .forEach(pod -> Clients.delete(
                            client,
                            Resources.PODS,
                            pod,
                            new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, pod.uid(), 0)));
        }
        return Result.done();
    }
}
