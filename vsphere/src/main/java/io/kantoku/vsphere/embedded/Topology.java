package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.About;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Datacenter;
import io.kantoku.vsphere.DistributedSwitch;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.MoRef.Kind;
import io.kantoku.vsphere.Network;
import io.kantoku.vsphere.StoragePolicy;
import io.kantoku.vsphere.Usage;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * The fixed objects of the embedded inventory: one datacenter with one cluster, switch and datastore.
 *
 * @param hosts with nothing in use
 */
record Topology(
        About about,
        Datacenter datacenter,
        ComputeCluster cluster,
        List<Host> hosts,
        DistributedSwitch distributedSwitch,
        List<Network> networks,
        MoRef datastore,
        List<StoragePolicy> policies) {
    private static final String KEY = "vcenter";
    private static final int MANAGEMENT_VLAN = 58;
    private static final int WORKLOAD_VLAN = 59;

    /** The lab; the identities that an installation has of its own are made at its first start and kept. */
    static Topology of(EmbeddedOptions options, InventoryStorage storage, HardwareIds hardware) {
        JsonNode kept = storage.get(KEY).orElseGet(() -> {
            ObjectNode made = JsonNodeFactory.instance.objectNode();
            made.put("instanceUuid", hardware.instanceUuid().toString())
                    .put("switchUuid", hardware.instanceUuid().toString());
            storage.put(KEY, made);
            return made;
        });
        Datacenter datacenter = new Datacenter(Kind.DATACENTER.of(2), "dc01", Kind.FOLDER.of(3));
        ComputeCluster cluster = new ComputeCluster(
                Kind.CLUSTER.of(8), "cluster01", datacenter.id(), Kind.RESOURCE_POOL.of(9), true, true);
        List<Host> hosts = LongStream.range(0, options.hosts())
                .mapToObj(index -> host(index, cluster.id(), options.capacity()))
                .toList();
        DistributedSwitch vds = new DistributedSwitch(
                Kind.SWITCH.of(20),
                "vds01",
                HardwareIds.switchNotation(
                        UUID.fromString(kept.path("switchUuid").asText())),
                "7.0.0",
                datacenter.id(),
                hosts.stream().map(Host::id).toList());
        MoRef datastore = Kind.DATASTORE.of(11);
        return new Topology(
                new About(
                        "vcenter.lab",
                        UUID.fromString(kept.path("instanceUuid").asText()),
                        "Kantoku embedded inventory",
                        "7.0.1.0"),
                datacenter,
                cluster,
                hosts,
                vds,
                List.of(
                        new Network.PortGroup(Kind.PORT_GROUP.of(21), "management", vds.id(), MANAGEMENT_VLAN),
                        new Network.PortGroup(Kind.PORT_GROUP.of(22), "workload", vds.id(), WORKLOAD_VLAN)),
                datastore,
                List.of(
                        policy("k8s-storage", "Volumes and disks of guest clusters", datastore),
                        policy("vm-storage", "Disks of control plane machines", datastore)));
    }

    private static Host host(long index, MoRef cluster, EmbeddedOptions.HostCapacity capacity) {
        return new Host(
                Kind.HOST.of(10 + 2 * index),
                "esx%02d.lab".formatted(index + 1),
                cluster,
                Host.Connection.CONNECTED,
                capacity.cores(),
                capacity.coreMhz(),
                capacity.memoryMiB(),
                Usage.NONE);
    }

    private static StoragePolicy policy(String name, String description, MoRef datastore) {
        return new StoragePolicy(EmbeddedLibraries.stableId("policy/" + name), name, description, List.of(datastore));
    }
}
