package io.kantoku.tkg.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.tkg.volumes.DriverException.Code;
import java.util.Set;

/** What the driver makes no volumes of. Pure. */
final class ClaimCheck {
    private static final Set<String> MODES = Set.of("ReadWriteOnce", "ReadWriteOncePod");
    private static final long MIB = 1 << 20;

    private ClaimCheck() {}

    /** @throws DriverException for a claim that no volume can be made for, whatever there is room for */
    static void claim(KubeObject claim) {
        for (JsonNode mode : claim.at("spec", "accessModes")) {
            if (!MODES.contains(mode.asText())) {
                throw new DriverException(
                        Code.INVALID_ARGUMENT,
                        "File volume provisioning is not supported: a disk can be attached to one node at a time, and access"
                                + " mode " + mode.asText() + " needs more; ask for ReadWriteOnce");
            }
        }
        if (claim.text("spec", "volumeMode").equals("Block")) {
            throw new DriverException(
                    Code.INVALID_ARGUMENT,
                    "raw block volumes are not supported: nodes mount disks as file systems; leave volumeMode out");
        }
        if (!claim.at("spec", "dataSource").isEmpty()
                || !claim.at("spec", "dataSourceRef").isEmpty()) {
            throw new DriverException(
                    Code.INVALID_ARGUMENT,
                    "snapshots and clones are not supported; leave dataSource out and copy the data");
        }
    }

    /** @throws DriverException for a parameter that a guest's class cannot have */
    static void guestClass(KubeObject storageClass) {
        JsonNode parameters = storageClass.at("parameters");
        parameters.fieldNames().forEachRemaining(name -> {
            if (!name.equals(VolumeObjects.SUPERVISOR_CLASS)) {
                throw new DriverException(
                        Code.INVALID_ARGUMENT,
                        "Volume parameter " + name + " is not a valid GC CSI parameter; the only one is "
                                + VolumeObjects.SUPERVISOR_CLASS);
            }
        });
        if (parameters.path(VolumeObjects.SUPERVISOR_CLASS).asText("").isEmpty()) {
            throw new DriverException(
                    Code.INVALID_ARGUMENT,
                    "volume parameter " + VolumeObjects.SUPERVISOR_CLASS
                            + " is not set in the CreateVolume request; name a storage class of the vSphere Namespace");
        }
    }

    /** What a claim asks for, in bytes: whole MiB, as disks have them. */
    static long bytes(KubeObject claim) {
        String text = claim.text("spec", "resources", "requests", "storage");
        long bytes = text.isEmpty() ? 0 : Quantity.parse(text).toLong();
        return Math.max(1, Math.ceilDiv(bytes, MIB)) * MIB;
    }
}
