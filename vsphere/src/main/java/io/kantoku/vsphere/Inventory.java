package io.kantoku.vsphere;

import io.kantoku.vsphere.library.ContentLibraries;
import java.util.List;
import java.util.UUID;

/**
 * One vCenter's inventory: what there is to run machines on, and the ways to make things in it.
 *
 * <p>Lists are snapshots in order of id. Lookups of what does not exist are {@code NOT_FOUND}. The example of ids:
 * {@code domain-c8} (cluster), {@code host-10}, {@code dvportgroup-21}, {@code datastore-11}, {@code resgroup-9},
 * {@code group-v3}, {@code vm-42}; storage policies and library items have UUIDs.
 */
public interface Inventory {
    About about();

    List<Datacenter> datacenters();

    List<ComputeCluster> clusters();

    /** All hosts with their capacity and what is in use of it now. */
    List<Host> hosts();

    List<DistributedSwitch> switches();

    List<Network> networks();

    List<Datastore> datastores();

    List<StoragePolicy> storagePolicies();

    ResourcePools resourcePools();

    Folders folders();

    ContentLibraries libraries();

    VirtualMachines machines();

    /** Disks that belong to no machine. */
    VirtualDisks disks();

    default ComputeCluster cluster(MoRef id) {
        return clusters().stream()
                .filter(cluster -> cluster.id().equals(id.require(MoRef.Kind.CLUSTER)))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("cluster", id));
    }

    default ComputeCluster clusterNamed(String name) {
        return clusters().stream()
                .filter(cluster -> cluster.name().equals(name))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("cluster named", name));
    }

    default Datacenter datacenter(MoRef id) {
        return datacenters().stream()
                .filter(datacenter -> datacenter.id().equals(id.require(MoRef.Kind.DATACENTER)))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("datacenter", id));
    }

    default Host host(MoRef id) {
        return hosts().stream()
                .filter(host -> host.id().equals(id.require(MoRef.Kind.HOST)))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("host", id));
    }

    default Network network(MoRef id) {
        return networks().stream()
                .filter(network -> network.id().equals(id))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("network", id));
    }

    default Network networkNamed(String name) {
        return networks().stream()
                .filter(network -> network.name().equals(name))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("network named", name));
    }

    default StoragePolicy storagePolicy(UUID id) {
        return storagePolicies().stream()
                .filter(policy -> policy.id().equals(id))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("storage policy", id));
    }

    default StoragePolicy storagePolicyNamed(String name) {
        return storagePolicies().stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("storage policy named", name));
    }
}
