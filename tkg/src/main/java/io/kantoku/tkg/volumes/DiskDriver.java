package io.kantoku.tkg.volumes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.NamespaceStorage;
import io.kantoku.tkg.volumes.DriverException.Code;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.VirtualDisk;
import io.kantoku.vsphere.VirtualDisks;
import io.kantoku.vsphere.VsphereException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Volumes of the Supervisor's claims: disks of the inventory. A volume's handle is its disk's id. */
final class DiskDriver implements VolumeDriver {
    private static final long MIB = 1 << 20;

    private final Caches caches;
    private final VirtualDisks disks;

    DiskDriver(Caches caches, Inventory inventory) {
        this.caches = caches;
        this.disks = inventory.disks();
    }

    @Override
    public Optional<Volume> create(ClusterId cluster, KubeObject claim, KubeObject storageClass) {
        ClaimCheck.claim(claim);
        Set<String> assigned = caches.quotas
                .find(claim.namespace(), claim.namespace() + "-storagequota")
                .map(NamespaceStorage::assigned)
                .orElse(Set.of());
        if (!assigned.contains(storageClass.name())) {
            throw new DriverException(
                    Code.FAILED_PRECONDITION,
                    "storage class " + storageClass.name() + " is not assigned to namespace " + claim.namespace()
                            + "; assign its storage policy to the namespace in vCenter, or use one of "
                            + (assigned.isEmpty() ? "those that you assign" : String.join(", ", assigned)));
        }
        VirtualDisk disk = run(() -> {
            String name = VolumeObjects.volumeName(claim);
            // Made before a crash: nobody else makes disks of that name.
            return disks.named(name)
                    .orElseGet(() -> disks.create(name, policy(storageClass), ClaimCheck.bytes(claim) / MIB));
        });
        return Optional.of(new Volume(disk.id().toString(), disk.capacityMiB() * MIB));
    }

    private static UUID policy(KubeObject storageClass) {
        String policy = storageClass.text("parameters", VolumeObjects.POLICY);
        return uuid(policy)
                .orElseThrow(() -> new DriverException(
                        Code.INVALID_ARGUMENT,
                        "storage class " + storageClass.name() + " names no storage policy: its parameter "
                                + VolumeObjects.POLICY + " is '" + policy + "'; assign a policy in vCenter"));
    }

    /** The disk that a volume's handle names. */
    static Optional<UUID> uuid(String handle) {
        try {
            return Optional.of(UUID.fromString(handle));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public boolean delete(ClusterId cluster, String handle) {
        return run(() -> {
            uuid(handle).ifPresent(disks::delete);
            return true;
        });
    }

    @Override
    public Optional<Long> expand(ClusterId cluster, String handle, long bytes) {
        UUID disk = uuid(handle)
                .orElseThrow(() -> new DriverException(Code.NOT_FOUND, "there is no disk '" + handle + "'"));
        return run(() ->
                Optional.of(disks.expand(disk, Math.ceilDiv(bytes, MIB)).capacityMiB() * MIB));
    }

    private interface Call<T> {
        T answer();
    }

    private static <T> T run(Call<T> call) {
        try {
            return call.answer();
        } catch (VsphereException e) {
            throw DriverException.of(e);
        }
    }
}
