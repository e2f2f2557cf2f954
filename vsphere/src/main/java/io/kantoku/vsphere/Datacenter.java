package io.kantoku.vsphere;

/**
 * A datacenter.
 *
 * @param vmFolder the root of its VM folders
 */
public record Datacenter(MoRef id, String name, MoRef vmFolder) {
    public Datacenter {
        id.require(MoRef.Kind.DATACENTER);
        vmFolder.require(MoRef.Kind.FOLDER);
    }
}
