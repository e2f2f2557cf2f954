package io.kantoku.tkg.volumes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the volumes that claims of all clusters wait for (external-provisioner). Requests name claims. */
final class ProvisioningController {
    /** The condition of a claim that says why it has no volume; gone when it has one. */
    static final String PROVISIONED = "Provisioned";

    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final Caches caches;
    private final Drivers drivers;
    private final Events events;
    private final InstantSource clock;
    private final Set<Request> begun = ConcurrentHashMap.newKeySet();

    ProvisioningController(Caches caches, Drivers drivers, InstantSource clock) {
        this.caches = caches;
        this.drivers = drivers;
        this.events = new Events(caches.api(), VolumeObjects.DRIVER, clock);
        this.clock = clock;
    }

    Controller controller() {
        return Controller.named("volume-provisioner")
                .kind("PersistentVolumeClaim")
                .concurrency(8)
                .reconciler(this::reconcile)
                .watches(caches.claims.resource(), caches.claims, drivers.toClaims())
                .observes(caches.volumes.resource(), caches.volumes)
                .observes(caches.storageClasses.resource(), caches.storageClasses)
                .observes(caches.quotas.resource(), caches.quotas)
                .observes(caches.clusters.resource(), caches.clusters)
                .observes(caches.tanzuClusters.resource(), caches.tanzuClusters)
                .build();
    }

    private Result reconcile(Request request) {
        ClusterId cluster = request.cluster();
        Optional<KubeObject> claim = caches.claims.find(cluster, request.name());
        if (Caches.isGuest(cluster)) {
            abandon(cluster, request.name(), claim);
        }
        Optional<KubeObject> storageClass = claim.filter(VolumeObjects::isWanted)
                .flatMap(object -> caches.storageClasses.find(
                        cluster, NamespacedName.clusterScoped(object.text("spec", "storageClassName"))))
                .filter(object -> object.text("provisioner").equals(VolumeObjects.DRIVER));
        if (claim.isEmpty() || storageClass.isEmpty()) {
            begun.remove(request);
            return Result.done();
        }
        String name = VolumeObjects.volumeName(claim.get());
        boolean made =
                caches.volumes.find(cluster, NamespacedName.clusterScoped(name)).isPresent();
        return made ? Result.done() : provide(request, claim.get(), storageClass.get());
    }

    private Result provide(Request request, KubeObject claim, KubeObject storageClass) {
        ClusterId cluster = request.cluster();
        if (begun.add(request)) {
            events.normal(
                    cluster,
                    claim,
                    "Provisioning",
                    "External provisioner is provisioning volume for claim \"" + claim.namespacedName() + "\"");
        }
        try {
            Optional<VolumeDriver.Volume> made = drivers.of(cluster).create(cluster, claim, storageClass);
            if (made.isPresent()) {
                KubeObject volume =
                        caches.volumes.create(cluster, VolumeObjects.volume(claim, storageClass, made.get()));
                events.normal(
                        cluster, claim, "ProvisioningSucceeded", "Successfully provisioned volume " + volume.name());
                KubeObject changed = claim.copy();
                if (Conditions.remove(changed, PROVISIONED)) {
                    caches.claims.updateStatus(cluster, changed);
                }
                begun.remove(request);
            }
            return Result.done();
        } catch (DriverException e) {
            events.warning(
                    cluster,
                    claim,
                    "ProvisioningFailed",
                    "failed to provision volume with StorageClass \"" + storageClass.name() + "\": " + e.getMessage());
            KubeObject changed = claim.copy();
            Conditions.set(
                    changed, Condition.isFalse(PROVISIONED, e.code().spelling(), e.description()), clock.instant());
            caches.claims.updateStatus(cluster, changed);
            return Result.after(TRY_AGAIN);
        }
    }

    /** What was begun on the Supervisor for claims of that name that are gone, and never became a volume, goes too. */
    private void abandon(ClusterId guest, NamespacedName name, Optional<KubeObject> present) {
        Optional<KubeObject> tkc = drivers.guests().tkc(guest);
        if (tkc.isEmpty()) {
            return;
        }
        String live = present.filter(claim -> !claim.deleting())
                .map(claim -> VolumeObjects.supervisorClaimName(tkc.get(), claim))
                .orElse("");
        caches.claimsOf(tkc.get().namespace(), tkc.get().name()).stream()
                .filter(claim -> VolumeObjects.isOwned(claim, tkc.get())
                        && VolumeObjects.guestClaim(claim).equals(name)
                        && !claim.name().equals(live)
                        && !claim.annotations().containsKey(Labels.GUEST_VOLUME))
                .forEach(caches.claims::delete);
    }
}
