package io.kantoku.tkg.volumes;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.tkg.volumes.DriverException.Code;
import java.util.Optional;

/**
 * Volumes of guest clusters: claims in the cluster's namespace on the Supervisor. A volume's handle is the name of that claim,
 * {@code <uid of the TanzuKubernetesCluster>-<uid of the guest's claim>}.
 */
final class ClaimDriver implements VolumeDriver {
    private final Caches caches;

    ClaimDriver(Caches caches) {
        this.caches = caches;
    }

    /** The cluster with this API, unless it is being deleted: its claims go with it. */
    Optional<KubeObject> tkc(ClusterId cluster) {
        return caches.clusterOf(cluster)
                .flatMap(object -> caches.tanzuClusters.find(object.namespacedName()))
                .filter(object -> !object.deleting());
    }

    /** The claim that a handle names; only one that the same cluster has made, for whoever rules in a guest writes handles. */
    Optional<KubeObject> claim(KubeObject tkc, String handle) {
        return caches.claims.find(tkc.namespace(), handle).filter(claim -> VolumeObjects.isOwned(claim, tkc));
    }

    @Override
    public Optional<Volume> create(ClusterId cluster, KubeObject guestClaim, KubeObject guestClass) {
        ClaimCheck.claim(guestClaim);
        ClaimCheck.guestClass(guestClass);
        Optional<KubeObject> tkc = tkc(cluster);
        if (tkc.isEmpty()) {
            return Optional.empty();
        }
        KubeObject wanted = VolumeObjects.supervisorClaim(tkc.get(), guestClaim, guestClass);
        KubeObject claim = claim(tkc.get(), wanted.name()).orElseGet(() -> make(wanted));
        if (claim.text("status", "phase").equals("Bound")) {
            KubeObject marked = claim.copy().annotate(Labels.GUEST_VOLUME, VolumeObjects.volumeName(guestClaim));
            return Optional.of(new Volume(caches.claims.update(marked).name(), bytes(claim)));
        }
        Conditions.find(claim, ProvisioningController.PROVISIONED).ifPresent(why -> {
            throw new DriverException(
                    Code.INTERNAL,
                    "Failed to create volume on namespace: " + claim.namespace() + " in supervisor cluster. Error: "
                            + why.message());
        });
        return Optional.empty();
    }

    private KubeObject make(KubeObject wanted) {
        try {
            return caches.claims.create(wanted);
        } catch (ApiException e) {
            throw new DriverException(
                    e.code() == 403 ? Code.RESOURCE_EXHAUSTED : Code.INTERNAL,
                    "failed to create pvc with name: " + wanted.name() + " on namespace: " + wanted.namespace()
                            + " in supervisorCluster. Error: " + e.getMessage());
        }
    }

    private static long bytes(KubeObject claim) {
        String text = claim.text("status", "capacity", "storage");
        return text.isEmpty() ? 0 : Quantity.parse(text).toLong();
    }

    @Override
    public boolean delete(ClusterId cluster, String handle) {
        Optional<KubeObject> claim = tkc(cluster).flatMap(tkc -> claim(tkc, handle));
        claim.ifPresent(caches.claims::delete);
        return claim.isEmpty();
    }

    @Override
    public Optional<Long> expand(ClusterId cluster, String handle, long bytes) {
        KubeObject claim = tkc(cluster)
                .flatMap(tkc -> claim(tkc, handle))
                .orElseThrow(() -> new DriverException(
                        Code.NOT_FOUND, "there is no claim " + handle + " of this cluster on the Supervisor"));
        if (bytes(claim) >= bytes) {
            return Optional.of(bytes(claim));
        }
        if (ClaimCheck.bytes(claim) < bytes) {
            KubeObject changed = claim.copy();
            changed.spec()
                    .withObjectProperty("resources")
                    .withObjectProperty("requests")
                    .put("storage", Quantity.ofBytes(bytes).toString());
            try {
                caches.claims.update(changed);
            } catch (ApiException e) {
                if (e.isConflict()) {
                    throw e;
                }
                throw new DriverException(
                        e.code() == 403 ? Code.RESOURCE_EXHAUSTED : Code.INTERNAL,
                        "failed to update supervisor PVC " + claim.name() + " in namespace " + claim.namespace() + ": "
                                + e.getMessage());
            }
        }
        Conditions.find(claim, ExpansionController.FAILED).ifPresent(why -> {
            throw new DriverException(Code.INTERNAL, why.message());
        });
        return Optional.empty();
    }
}
