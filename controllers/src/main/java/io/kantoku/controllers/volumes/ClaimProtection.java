package io.kantoku.controllers.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import java.util.ArrayList;
import java.util.List;

/** Keeps claims from going away while a pod uses them. */
public final class ClaimProtection implements Reconciler {
    private static final String FINALIZER = "kubernetes.io/pvc-protection";

    private final Clusters clusters;

    public ClaimProtection(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Leads from a pod that has ended or gone to its claims. */
    public static Mapper pods() {
        return (cluster, pod, previous) -> {
            if (!Mapper.isDeletion(pod, previous) && !Pods.isTerminal(pod)) {
                return List.of();
            }
            return names(pod).stream()
                    .map(name -> new Request(cluster, new NamespacedName(pod.namespace(), name)))
                    .toList();
        };
    }

    /** The claims of a pod; those of its ephemeral volumes included. */
    public static List<String> names(KubeObject pod) {
        List<String> names = new ArrayList<>();
        for (JsonNode volume : pod.at("spec", "volumes")) {
            String claim =
                    volume.path("persistentVolumeClaim").path("claimName").asText("");
            if (!claim.isEmpty()) {
                names.add(claim);
            } else if (volume.has("ephemeral")) {
                names.add(pod.name() + "-" + volume.path("name").asText());
            }
        }
        return names;
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject claim =
                client.find(Resources.PERSISTENT_VOLUME_CLAIMS, request.name()).orElse(null);
        if (claim == null) {
            return Result.done();
        }
        if (!claim.deleting()) {
            Finalizers.add(client, Resources.PERSISTENT_VOLUME_CLAIMS, claim, FINALIZER);
        } else if (!used(client, claim)) {
            Finalizers.remove(client, Resources.PERSISTENT_VOLUME_CLAIMS, claim, FINALIZER);
        }
        return Result.done();
    }

    /** A pod that no node has been found for uses nothing yet. */
    private static boolean used(KubeClient client, KubeObject claim) {
        return Clients.list(client, Resources.PODS, Query.in(claim.namespace())).stream()
                .anyMatch(pod -> !Pods.nodeName(pod).isEmpty()
                        && !Pods.isTerminal(pod)
                        && names(pod).contains(claim.name()));
    }
}
