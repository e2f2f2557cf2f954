package io.kantoku.vsphere.vcenter;

import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualDisk;
import io.kantoku.vsphere.VirtualDisks;
import io.kantoku.vsphere.VsphereException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * No disks: vCenter makes first class disks over its SOAP interfaces only (VStorageObjectManager and CNS), and this inventory speaks
 * REST.
 */
final class VcenterDisks implements VirtualDisks {
    private static VsphereException refusal() {
        return new VsphereException(
                VsphereException.Code.UNSUPPORTED,
                "vCenter's REST API has no first class disks, so that no volumes can be made on this site; make a"
                        + " PersistentVolume by hand on storage that nodes reach by themselves (NFS), or install a driver"
                        + " that does");
    }

    @Override
    public VirtualDisk create(String name, UUID storagePolicy, long capacityMiB) {
        throw refusal();
    }

    @Override
    public VirtualDisk expand(UUID disk, long capacityMiB) {
        throw refusal();
    }

    @Override
    public VirtualDisk attach(UUID disk, MoRef vm) {
        throw refusal();
    }

    @Override
    public VirtualDisk detach(UUID disk, MoRef vm) {
        throw refusal();
    }

    @Override
    public void delete(UUID disk) {
        // there is none
    }

    @Override
    public Optional<VirtualDisk> find(UUID disk) {
        return Optional.empty();
    }

    @Override
    public List<VirtualDisk> list() {
        return List.of();
    }
}
