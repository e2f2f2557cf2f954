package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.VirtualDisk;
import io.kantoku.vsphere.VsphereException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The disks that belong to no machine, as they are known now. Thread-safe. */
final class DiskTable {
    private final ConcurrentMap<UUID, VirtualDisk> disks = new ConcurrentHashMap<>();

    void put(VirtualDisk disk) {
        disks.put(disk.id(), disk);
    }

    void remove(UUID id) {
        disks.remove(id);
    }

    Optional<VirtualDisk> find(UUID id) {
        return Optional.ofNullable(disks.get(id));
    }

    VirtualDisk get(UUID id) {
        return find(id).orElseThrow(() -> VsphereException.notFound("disk", id));
    }

    Collection<VirtualDisk> all() {
        return List.copyOf(disks.values());
    }

    /** What they take of the datastore together. */
    long capacityMiB() {
        return disks.values().stream().mapToLong(VirtualDisk::capacityMiB).sum();
    }
}
