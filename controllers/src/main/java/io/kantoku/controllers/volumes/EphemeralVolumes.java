package io.kantoku.controllers.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import java.util.List;

/** Makes the claims of pods' ephemeral volumes; they go with their pod. */
public final class EphemeralVolumes implements Reconciler {
    private static final GroupVersionKind CLAIM = new GroupVersionKind("", "v1", "PersistentVolumeClaim");

    private final Clusters clusters;

    public EphemeralVolumes(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Pods that have such volumes. */
    public static Mapper pods() {
        return (cluster, pod, previous) -> {
            boolean some = !Mapper.isDeletion(pod, previous) && !Pods.isTerminal(pod) && !pod.deleting();
            for (JsonNode volume : pod.at("spec", "volumes")) {
                if (some && volume.has("ephemeral")) {
                    return List.of(new Request(cluster, pod.namespacedName()));
                }
            }
            return List.of();
        };
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject pod = client.find(Resources.PODS, request.name()).orElse(null);
        if (pod == null || pod.deleting()) {
            return Result.done();
        }
        for (JsonNode volume : pod.at("spec", "volumes")) {
            if (volume.has("ephemeral")) {
                create(client, pod, volume);
            }
        }
        return Result.done();
    }

    private static void create(KubeClient client, KubeObject pod, JsonNode volume) {
        NamespacedName name = new NamespacedName(
                pod.namespace(), pod.name() + "-" + volume.path("name").asText());
        if (client.find(Resources.PERSISTENT_VOLUME_CLAIMS, name).isPresent()) {
            return;
        }
        JsonNode template = volume.path("ephemeral").path("volumeClaimTemplate");
        KubeObject claim = KubeObject.create(CLAIM, name.namespace(), name.name());
        for (String field : new String[] {"labels", "annotations"}) {
            JsonNode value = template.path("metadata").path(field);
            if (!value.isEmpty()) {
                claim.metadata().set(field, value.deepCopy());
            }
        }
        claim.ownedBy(pod);
        claim.json().set("spec", template.path("spec").deepCopy());
        try {
            client.create(Resources.PERSISTENT_VOLUME_CLAIMS, claim);
        } catch (ApiException e) {
            if (!e.isAlreadyExists() && !Clients.isNamespaceTerminating(e)) {
                throw e;
            }
        }
    }
}
