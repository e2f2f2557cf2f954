package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.Folders;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.ResourcePools;
import io.kantoku.vsphere.StoragePolicy;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.library.ContentLibraries;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Refuses specifications that name what does not exist or take what is taken. */
final class SpecCheck {
    private final Topology topology;
    private final ContentLibraries libraries;
    private final Folders folders;
    private final ResourcePools pools;

    SpecCheck(Topology topology, ContentLibraries libraries, Folders folders, ResourcePools pools) {
        this.topology = topology;
        this.libraries = libraries;
        this.folders = folders;
        this.pools = pools;
    }

    /** What the specification names of the fixed objects must exist. */
    void spec(VmSpec spec) {
        if (!spec.image().isEmpty() && libraries.image(spec.image()).isEmpty()) {
            throw VsphereException.notFound("content library item named", spec.image());
        }
        if (topology.policies().stream()
                .map(StoragePolicy::id)
                .noneMatch(spec.placement().storagePolicy()::equals)) {
            throw VsphereException.notFound("storage policy", spec.placement().storagePolicy());
        }
        Set<String> macs = new HashSet<>();
        for (Nic nic : spec.nics()) {
            if (topology.networks().stream().noneMatch(network -> network.id().equals(nic.network()))) {
                throw VsphereException.notFound("network", nic.network());
            }
            if (!nic.mac().isEmpty() && !macs.add(nic.mac())) {
                throw VsphereException.invalid("two cards of '" + spec.name() + "' have the MAC address " + nic.mac());
            }
        }
    }

    /** The folder and pool must exist; to be called where they cannot go away meanwhile. */
    void containers(VmPlacement placement) {
        if (folders.find(placement.folder()).isEmpty()) {
            throw VsphereException.notFound("VM folder", placement.folder());
        }
        if (pools.find(placement.resourcePool()).isEmpty()) {
            throw VsphereException.notFound("resource pool", placement.resourcePool());
        }
    }

    /** Name, addresses and MAC addresses must not be another machine's. */
    static void unique(VmSpec spec, Collection<VirtualMachine> present) {
        for (VirtualMachine other : present) {
            if (other.name().equals(spec.name())
                    && other.spec().placement().folder().equals(spec.placement().folder())) {
                throw new VsphereException(
                        VsphereException.Code.ALREADY_EXISTS,
                        "there is a machine '" + spec.name() + "' in the folder already, " + other.id());
            }
            for (Nic theirs : other.spec().nics()) {
                for (Nic ours : spec.nics()) {
                    refuseSame(ours, theirs, other);
                }
            }
        }
    }

    private static void refuseSame(Nic ours, Nic theirs, VirtualMachine other) {
        if (ours.network().equals(theirs.network())
                && ours.address().address().equals(theirs.address().address())) {
            throw inUse("the address " + ours.address().address() + " on " + ours.network(), other);
        }
        if (!ours.mac().isEmpty() && ours.mac().equals(theirs.mac())) {
            throw inUse("the MAC address " + ours.mac(), other);
        }
    }

    private static VsphereException inUse(String what, VirtualMachine by) {
        return new VsphereException(
                VsphereException.Code.IN_USE,
                what + " is in use by the machine '" + by.name() + "' (" + by.id()
                        + "); choose another one or delete that machine");
    }
}
