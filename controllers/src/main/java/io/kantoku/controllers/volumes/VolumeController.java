package io.kantoku.controllers.volumes;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.List;
import java.util.Optional;

/** Keeps the phase of volumes, and keeps volumes that are bound from going away. */
public final class VolumeController implements Reconciler {
    private static final String FINALIZER = "kubernetes.io/pv-protection";

    private final Clusters clusters;

    public VolumeController(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Leads from a claim to its volume. */
    public static Mapper claims() {
        return (cluster, claim, previous) -> {
            String volume = claim.text("spec", "volumeName");
            return volume.isEmpty() ? List.of() : List.of(new Request(cluster, NamespacedName.clusterScoped(volume)));
        };
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject volume =
                client.find(Resources.PERSISTENT_VOLUMES, request.name()).orElse(null);
        if (volume == null) {
            return Result.done();
        }
        if (volume.deleting()) {
            if (!volume.text("status", "phase").equals("Bound")) {
                Finalizers.remove(client, Resources.PERSISTENT_VOLUMES, volume, FINALIZER);
            } else {
                phase(client, volume);
            }
            return Result.done();
        }
        KubeObject held = Finalizers.add(client, Resources.PERSISTENT_VOLUMES, volume, FINALIZER);
        phase(client, held);
        return Result.done();
    }

    private static void phase(KubeClient client, KubeObject volume) {
        KubeObject next = volume.copy();
        next.status().put("phase", phaseOf(client, volume));
        Clients.updateStatus(client, Resources.PERSISTENT_VOLUMES, volume, next);
    }

    private static String phaseOf(KubeClient client, KubeObject volume) {
        JsonNode reference = volume.at("spec", "claimRef");
        if (reference.isMissingNode()) {
            return "Available";
        }
        Optional<KubeObject> claim = client.find(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new NamespacedName(
                        reference.path("namespace").asText(),
                        reference.path("name").asText()));
        String uid = reference.path("uid").asText("");
        if (uid.isEmpty()) {
            return "Available"; // reserved for a claim that has not come yet
        }
        return claim.filter(found -> found.uid().equals(uid)).isPresent() ? "Bound" : "Released";
    }
}
