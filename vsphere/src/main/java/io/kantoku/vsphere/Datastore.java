package io.kantoku.vsphere;

/**
 * Storage that hosts share.
 *
 * @param type as vCenter says it: {@code VMFS}, {@code NFS}, {@code VSAN}
 * @param capacityMiB its size
 * @param freeMiB what is left of it when each disk counts in full
 */
public record Datastore(MoRef id, String name, MoRef datacenter, String type, long capacityMiB, long freeMiB) {
    public Datastore {
        id.require(MoRef.Kind.DATASTORE);
    }
}
