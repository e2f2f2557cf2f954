package io.kantoku.tkg.volumes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Removes volumes whose claims are gone, by their reclaim policy (external-provisioner, KEP-2644). Requests name volumes. */
final class ReclaimController {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final Caches caches;
    private final Drivers drivers;
    private final Events events;

    ReclaimController(Caches caches, Drivers drivers, InstantSource clock) {
        this.caches = caches;
        this.drivers = drivers;
        this.events = new Events(caches.api(), VolumeObjects.DRIVER, clock);
    }

    Controller controller() {
        return Controller.named("volume-reclaimer")
                .kind("PersistentVolume")
                .concurrency(4)
                .reconciler(this::reconcile)
                .watches(caches.volumes.resource(), caches.volumes, Mapper.self())
                .watches(caches.claims.resource(), caches.claims, this::ofGuest)
                .watches(caches.attachments.resource(), caches.attachments, Mapper.of(ReclaimController::attached))
                .observes(caches.clusters.resource(), caches.clusters)
                .observes(caches.tanzuClusters.resource(), caches.tanzuClusters)
                .build();
    }

    /** The end of a claim on the Supervisor, to the guest's volume that waits for it. */
    private Collection<Request> ofGuest(ClusterId cluster, KubeObject claim, @Nullable KubeObject previous) {
        return !Mapper.isDeletion(claim, previous)
                ? List.of()
                : drivers.guest(cluster, claim)
                        .map(guest -> caches.volumesWith(guest, claim.name()).stream()
                                .map(volume -> new Request(guest, volume.namespacedName()))
                                .toList())
                        .orElse(List.of());
    }

    private static List<NamespacedName> attached(KubeObject attachment) {
        return List.of(NamespacedName.clusterScoped(attachment.text("spec", "source", "persistentVolumeName")));
    }

    private Result reconcile(Request request) {
        ClusterId cluster = request.cluster();
        Optional<KubeObject> found =
                caches.volumes.find(cluster, request.name()).filter(VolumeObjects::isProvisioned);
        if (found.isEmpty()) {
            return Result.done();
        }
        KubeObject volume = found.get();
        String phase = volume.text("status", "phase");
        boolean deletes = volume.text("spec", "persistentVolumeReclaimPolicy").equals("Delete");
        boolean due = volume.deleting() ? !phase.equals("Bound") : deletes && phase.equals("Released");
        if (!due || !volume.finalizers().contains(VolumeObjects.FINALIZER)) {
            return Result.done();
        }
        return deletes ? remove(cluster, volume) : release(cluster, volume);
    }

    private Result remove(ClusterId cluster, KubeObject volume) {
        List<KubeObject> attachments = caches.attachmentsOf(cluster, volume.name());
        if (!attachments.isEmpty()) {
            return Result.done(); // its end leads here again
        }
        try {
            if (!drivers.of(cluster).delete(cluster, VolumeObjects.handle(volume))) {
                return Result.done();
            }
        } catch (DriverException e) {
            events.warning(cluster, volume, "VolumeFailedDelete", String.valueOf(e.getMessage()));
            return Result.after(TRY_AGAIN);
        }
        return release(cluster, volume);
    }

    private Result release(ClusterId cluster, KubeObject volume) {
        caches.volumes.delete(cluster, volume);
        caches.volumes.removeFinalizer(cluster, current(cluster, volume), VolumeObjects.FINALIZER);
        return Result.done();
    }

    /** As it is after the deletion, which has changed its version. */
    private KubeObject current(ClusterId cluster, KubeObject volume) {
        return caches.api()
                .cluster(cluster)
                .find(caches.volumes.resource(), volume.namespacedName())
                .orElse(volume);
    }
}
