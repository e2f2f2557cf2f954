package io.kantoku.vsphere;

/**
 * A folder of virtual machines.
 *
 * @param parent the folder above; the datacenter for its root folder
 */
public record Folder(MoRef id, String name, MoRef parent) {
    public Folder {
        id.require(MoRef.Kind.FOLDER);
    }
}
