package io.kantoku.tkg.volumes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Makes volumes as large as their claims ask for (external-resizer). Requests name claims. The API server lets only those grow whose
 * class allows it; the binder writes the size that a volume has into its claim. Nodes have nothing to do: a disk is a directory to them.
 */
final class ExpansionController {
    /** The condition of a claim that says why its volume is smaller than it asks for. */
    static final String FAILED = "ControllerResizeError";

    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final Caches caches;
    private final Drivers drivers;
    private final Events events;
    private final InstantSource clock;

    ExpansionController(Caches caches, Drivers drivers, InstantSource clock) {
        this.caches = caches;
        this.drivers = drivers;
        this.events = new Events(caches.api(), "external-resizer " + VolumeObjects.DRIVER, clock);
        this.clock = clock;
    }

    Controller controller() {
        return Controller.named("volume-resizer")
                .kind("PersistentVolumeClaim")
                .concurrency(4)
                .reconciler(this::reconcile)
                .watches(caches.claims.resource(), caches.claims, drivers.toClaims())
                .watches(caches.volumes.resource(), caches.volumes, Mapper.of(ExpansionController::claimed))
                .observes(caches.clusters.resource(), caches.clusters)
                .observes(caches.tanzuClusters.resource(), caches.tanzuClusters)
                .build();
    }

    private static List<NamespacedName> claimed(KubeObject volume) {
        String name = volume.text("spec", "claimRef", "name");
        return name.isEmpty()
                ? List.of()
                : List.of(new NamespacedName(volume.text("spec", "claimRef", "namespace"), name));
    }

    private Result reconcile(Request request) {
        ClusterId cluster = request.cluster();
        Optional<KubeObject> claim = caches.claims
                .find(cluster, request.name())
                .filter(object ->
                        !object.deleting() && object.text("status", "phase").equals("Bound"));
        Optional<KubeObject> volume = claim.flatMap(object ->
                        caches.volumes.find(cluster, NamespacedName.clusterScoped(object.text("spec", "volumeName"))))
                .filter(VolumeObjects::isOfDriver);
        if (claim.isEmpty() || volume.isEmpty()) {
            return Result.done();
        }
        long wanted = ClaimCheck.bytes(claim.get());
        long has =
                Quantity.parse(volume.get().text("spec", "capacity", "storage")).toLong();
        if (wanted > has) {
            return enlarge(cluster, claim.get(), volume.get(), wanted);
        }
        KubeObject changed = claim.get().copy();
        Conditions.remove(changed, "Resizing");
        Conditions.remove(changed, FAILED);
        caches.claims.updateStatus(cluster, changed);
        return Result.done();
    }

    private Result enlarge(ClusterId cluster, KubeObject claim, KubeObject volume, long wanted) {
        KubeObject changed = claim.copy();
        if (Conditions.set(changed, Condition.isTrue("Resizing", "", ""), clock.instant())) {
            events.normal(cluster, claim, "Resizing", "External resizer is resizing volume " + volume.name());
        }
        try {
            Optional<Long> size = drivers.of(cluster).expand(cluster, VolumeObjects.handle(volume), wanted);
            caches.claims.updateStatus(cluster, changed);
            if (size.isPresent()) {
                KubeObject larger = volume.copy();
                larger.spec()
                        .withObjectProperty("capacity")
                        .put("storage", Quantity.ofBytes(size.get()).toString());
                caches.volumes.update(cluster, larger);
                events.normal(cluster, claim, "VolumeResizeSuccessful", "Resize volume succeeded");
            }
            return Result.done();
        } catch (DriverException e) {
            events.warning(
                    cluster,
                    claim,
                    "VolumeResizeFailed",
                    "resize volume \"" + volume.name() + "\" by resizer \"" + VolumeObjects.DRIVER + "\" failed: "
                            + e.getMessage());
            Conditions.set(changed, Condition.isTrue(FAILED, e.code().spelling(), e.description()), clock.instant());
            caches.claims.updateStatus(cluster, changed);
            return Result.after(TRY_AGAIN);
        }
    }
}
