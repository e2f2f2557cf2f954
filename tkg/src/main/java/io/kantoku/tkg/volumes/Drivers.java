package io.kantoku.tkg.volumes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.vsphere.Inventory;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The drivers of all clusters, and the controllers that call them: those that are side-cars of a CSI driver elsewhere. */
public final class Drivers {
    private final Caches caches;
    private final DiskDriver disks;
    private final ClaimDriver claims;

    public Drivers(Caches caches, Inventory inventory) {
        this.caches = caches;
        this.disks = new DiskDriver(caches, inventory);
        this.claims = new ClaimDriver(caches);
    }

    /** What works on volumes, in no order. */
    public List<Controller> controllers(InstantSource clock) {
        return List.of(
                new ProvisioningController(caches, this, clock).controller(),
                new ReclaimController(caches, this, clock).controller(),
                new ExpansionController(caches, this, clock).controller(),
                new AttachmentController(caches, this, clock).controller());
    }

    VolumeDriver of(ClusterId cluster) {
        return Caches.isGuest(cluster) ? claims : disks;
    }

    ClaimDriver guests() {
        return claims;
    }

    /** Leads from a claim to itself and, when it was made for a guest's claim, to that one. */
    Mapper toClaims() {
        return (cluster, claim, _) -> {
            Request own = new Request(cluster, claim.namespacedName());
            return guest(cluster, claim)
                    .map(guest -> List.of(own, new Request(guest, VolumeObjects.guestClaim(claim))))
                    .orElse(List.of(own));
        };
    }

    /** The guest that the claim was made for. */
    Optional<ClusterId> guest(ClusterId cluster, KubeObject claim) {
        NamespacedName name = VolumeObjects.guestClaim(claim);
        return Caches.isGuest(cluster) || name.name().isEmpty()
                ? Optional.empty()
                : caches.idOf(claim.namespace(), claim.labels().getOrDefault(Labels.GUEST_CLUSTER, ""));
    }
}
