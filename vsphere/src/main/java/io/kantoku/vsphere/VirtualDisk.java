package io.kantoku.vsphere;

import java.util.Optional;
import java.util.UUID;

/**
 * A disk that belongs to no machine and outlives those that it is attached to: what vSphere calls a first class disk.
 *
 * @param id never given twice
 * @param name unique in the inventory
 * @param capacityMiB what is set aside for it on its datastore
 * @param attachedTo the machine that can use it now
 */
public record VirtualDisk(
        UUID id, String name, UUID storagePolicy, MoRef datastore, long capacityMiB, Optional<MoRef> attachedTo) {
    public VirtualDisk {
        datastore.require(MoRef.Kind.DATASTORE);
        attachedTo.ifPresent(vm -> vm.require(MoRef.Kind.VM));
    }

    public VirtualDisk withCapacity(long changedMiB) {
        return new VirtualDisk(id, name, storagePolicy, datastore, changedMiB, attachedTo);
    }

    public VirtualDisk with(Optional<MoRef> machine) {
        return new VirtualDisk(id, name, storagePolicy, datastore, capacityMiB, machine);
    }
}
