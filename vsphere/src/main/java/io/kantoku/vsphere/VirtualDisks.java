package io.kantoku.vsphere;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The disks of an inventory that belong to no machine. An id that is not there is {@code NOT_FOUND}, except for {@link #delete}. An
 * inventory that has no such disks answers {@code UNSUPPORTED} to whatever would make or change one.
 */
public interface VirtualDisks {
    /**
     * Makes an empty disk; durable when this returns.
     *
     * <p>Fails with {@code ALREADY_EXISTS} when the name is taken, {@code NOT_FOUND} for a policy that does not exist,
     * {@code INVALID_ARGUMENT} for a size below one MiB, and {@code INSUFFICIENT_RESOURCES} when no datastore of the policy has
     * room for it.
     */
    VirtualDisk create(String name, UUID storagePolicy, long capacityMiB);

    /**
     * Gives the disk a larger size, whether it is attached or not; one that has the size already, or a larger one, stays as it is.
     * Fails with {@code INSUFFICIENT_RESOURCES} as {@link #create} does.
     */
    VirtualDisk expand(UUID disk, long capacityMiB);

    /**
     * Lets a machine use the disk. Attached to that machine already, it stays so; {@code IN_USE} while another one has it.
     */
    VirtualDisk attach(UUID disk, MoRef vm);

    /** Takes the disk from the machine; one that it is not attached to is no error. A machine that is deleted loses its disks so. */
    VirtualDisk detach(UUID disk, MoRef vm);

    /** Removes a disk with what is on it; {@code IN_USE} while a machine has it. One that is gone already is no error. */
    void delete(UUID disk);

    Optional<VirtualDisk> find(UUID disk);

    /** In the order of their names. */
    List<VirtualDisk> list();

    default Optional<VirtualDisk> named(String name) {
        return list().stream().filter(disk -> disk.name().equals(name)).findFirst();
    }
}
