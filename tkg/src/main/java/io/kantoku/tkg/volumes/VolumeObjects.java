package io.kantoku.tkg.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;

/** Builds the objects that volumes are to Kubernetes, as external-provisioner and vSphere's driver do. Pure. */
final class VolumeObjects {
    static final String DRIVER = "csi.vsphere.vmware.com";

    /** The parameter of a guest's storage class: the Supervisor's class that it stands for. */
    static final String SUPERVISOR_CLASS = "svStorageClass";

    /** The parameter of the Supervisor's storage class: the policy's UUID. */
    static final String POLICY = "storagePolicyID";

    /** Keeps a volume's object until its content is gone. */
    static final String FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

    private static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
    private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
    private static final String BLOCK_VOLUME = "vSphere CNS Block Volume";

    private VolumeObjects() {}

    /** Whether the binder waits for this driver to make the claim's volume. */
    static boolean isWanted(KubeObject claim) {
        return !claim.deleting()
                && claim.text("spec", "volumeName").isEmpty()
                && claim.annotations().getOrDefault(PROVISIONER, "").equals(DRIVER);
    }

    static boolean isOfDriver(KubeObject volume) {
        return volume.text("spec", "csi", "driver").equals(DRIVER);
    }

    /** Whether the driver has made the volume, and not a user its object. */
    static boolean isProvisioned(KubeObject volume) {
        return isOfDriver(volume)
                && volume.annotations().getOrDefault(PROVISIONED_BY, "").equals(DRIVER);
    }

    static String handle(KubeObject volume) {
        return volume.text("spec", "csi", "volumeHandle");
    }

    /** The name of a claim's volume. */
    static String volumeName(KubeObject claim) {
        return "pvc-" + claim.uid();
    }

    /** The volume of a claim, reserved for it. */
    static KubeObject volume(KubeObject claim, KubeObject storageClass, VolumeDriver.Volume made) {
        KubeObject volume =
                Kinds.PERSISTENT_VOLUME.create("", volumeName(claim)).annotate(PROVISIONED_BY, DRIVER);
        volume.metadata().putArray("finalizers").add(FINALIZER);
        ObjectNode spec = volume.spec();
        spec.putObject("capacity").put("storage", Quantity.ofBytes(made.bytes()).toString());
        spec.set("accessModes", claim.at("spec", "accessModes").deepCopy());
        spec.putObject("claimRef")
                .put("apiVersion", "v1")
                .put("kind", "PersistentVolumeClaim")
                .put("namespace", claim.namespace())
                .put("name", claim.name())
                .put("uid", claim.uid())
                .put("resourceVersion", claim.resourceVersion());
        ObjectNode csi = spec.putObject("csi")
                .put("driver", DRIVER)
                .put("fsType", "ext4")
                .put("volumeHandle", made.handle());
        csi.putObject("volumeAttributes").put("type", BLOCK_VOLUME);
        String policy = storageClass.text("reclaimPolicy");
        spec.put("persistentVolumeReclaimPolicy", policy.isEmpty() ? "Delete" : policy)
                .put("storageClassName", storageClass.name())
                .put("volumeMode", "Filesystem");
        JsonNode options = storageClass.at("mountOptions");
        if (!options.isEmpty()) {
            spec.set("mountOptions", options.deepCopy());
        }
        return volume;
    }

    /** The name of the claim that a guest's claim leads to. */
    static String supervisorClaimName(KubeObject tkc, KubeObject guestClaim) {
        return tkc.uid() + "-" + guestClaim.uid();
    }

    /** The claim in the namespace of a guest's cluster that its claim leads to; goes with the cluster. */
    static KubeObject supervisorClaim(KubeObject tkc, KubeObject guestClaim, KubeObject guestClass) {
        KubeObject claim = Kinds.PERSISTENT_VOLUME_CLAIM
                .create(tkc.namespace(), supervisorClaimName(tkc, guestClaim))
                .label(Labels.GUEST_CLUSTER, tkc.name())
                .annotate(Labels.GUEST_CLAIM, guestClaim.namespacedName().toString())
                .ownedBy(tkc);
        ObjectNode spec = claim.spec();
        spec.putArray("accessModes").add("ReadWriteOnce");
        spec.putObject("resources")
                .putObject("requests")
                .put("storage", Quantity.ofBytes(ClaimCheck.bytes(guestClaim)).toString());
        spec.put("storageClassName", guestClass.text("parameters", SUPERVISOR_CLASS));
        return claim;
    }

    /** The guest's claim that a claim on the Supervisor was made for; its name is empty for one that users made. */
    static NamespacedName guestClaim(KubeObject claim) {
        String[] name = claim.annotations().getOrDefault(Labels.GUEST_CLAIM, "").split("/", 2);
        return name.length == 2 ? new NamespacedName(name[0], name[1]) : new NamespacedName("", "");
    }

    /** Whether a cluster has made the claim: its volumes lead to no others. */
    static boolean isOwned(KubeObject claim, KubeObject tkc) {
        return claim.ownerReferences().stream().anyMatch(owner -> owner.uid().equals(tkc.uid()));
    }
}
