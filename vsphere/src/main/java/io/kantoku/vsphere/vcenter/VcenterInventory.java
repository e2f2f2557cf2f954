package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.About;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Datacenter;
import io.kantoku.vsphere.Datastore;
import io.kantoku.vsphere.DistributedSwitch;
import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.Folders;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Network;
import io.kantoku.vsphere.ResourcePools;
import io.kantoku.vsphere.StoragePolicy;
import io.kantoku.vsphere.Usage;
import io.kantoku.vsphere.VirtualDisks;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VirtualMachines;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.embedded.InventoryStorage;
import io.kantoku.vsphere.library.ContentLibraries;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * The inventory of a vCenter that is not ours, read over REST each time that somebody asks. What REST does not tell is said so: the
 * size of hosts is 0, and distributed switches are those that the port groups belong to.
 */
public final class VcenterInventory implements Inventory, AutoCloseable {
    private static final String BASE = "/rest/vcenter/";
    private static final long MIB = 1 << 20;

    private final VcenterSession vcenter;
    private final VcenterOptions options;
    private final Datacenter datacenter;
    private final VirtualFolders folders;
    private final VcenterPools pools;
    private final VcenterLibraries libraries;
    private final VcenterMachines machines;
    private final VcenterDisks disks = new VcenterDisks();

    private VcenterInventory(HttpClient http, VcenterOptions options, InventoryStorage storage, InstantSource clock) {
        this.vcenter = new VcenterSession(http, options);
        this.options = options;
        this.libraries = new VcenterLibraries(vcenter);
        MoRef own = datacenterNamed(options.datacenter());
        Folder base = folder(options.folder(), own);
        this.datacenter = new Datacenter(own, datacenterName(own), base.id());
        this.machines = new VcenterMachines(
                new VcenterMachines.Parts(
                        vcenter, libraries, VmTags.open(vcenter, options.tag()), storage, base.id(), clock),
                options.poll());
        this.folders = new VirtualFolders(
                base,
                storage,
                folder -> machines.list().stream()
                        .anyMatch(vm -> vm.spec().placement().folder().equals(folder)));
        this.pools = new VcenterPools(vcenter, this::usage);
    }

    /**
     * Connects to a vCenter and finds our machines again.
     *
     * @param storage what is ours and vCenter does not keep: of each machine what it was made from
     * @throws VsphereException when it cannot be reached, refuses the login, or lacks the folder
     */
    public static VcenterInventory open(
            HttpClient http, VcenterOptions options, InventoryStorage storage, InstantSource clock) {
        VcenterInventory inventory = new VcenterInventory(http, options, storage, clock);
        inventory.machines.start();
        return inventory;
    }

    private Folder folder(String name, MoRef within) {
        String path = "folder?filter.names=" + VcenterSession.word(name)
                + "&filter.type=VIRTUAL_MACHINE&filter.datacenters=" + within;
        for (JsonNode json : vcenter.get(BASE + path)) {
            if (json.path("name").asText().equals(name)) {
                return new Folder(MoRef.parse(json.path("folder").asText()), name, within);
            }
        }
        throw new VsphereException(
                VsphereException.Code.NOT_FOUND,
                "vCenter has no VM folder named " + name + "; make one for Kantoku's machines and name it");
    }

    private MoRef datacenterNamed(String name) {
        Map<String, MoRef> found = new TreeMap<>();
        for (JsonNode json : vcenter.get(BASE + "datacenter")) {
            found.put(
                    json.path("name").asText(),
                    MoRef.parse(json.path("datacenter").asText()));
        }
        MoRef named =
                name.isEmpty() && found.size() == 1 ? found.values().iterator().next() : found.get(name);
        if (named == null) {
            throw new VsphereException(
                    VsphereException.Code.NOT_FOUND,
                    (name.isEmpty()
                                    ? "vCenter has not one datacenter but these: "
                                    : "vCenter has no datacenter " + name + " but these: ")
                            + String.join(", ", found.keySet()) + "; name the one to use");
        }
        return named;
    }

    private String datacenterName(MoRef id) {
        for (JsonNode json : vcenter.get(BASE + "datacenter")) {
            if (json.path("datacenter").asText().equals(id.toString())) {
                return json.path("name").asText();
            }
        }
        return options.datacenter();
    }

    private String inside(String kind) {
        return kind + "?filter.datacenters=" + datacenter.id();
    }

    private Usage usage(MoRef pool) {
        Usage usage = Usage.NONE;
        for (VirtualMachine vm : machines.list()) {
            if (vm.isOn() && vm.spec().placement().resourcePool().equals(pool)) {
                usage = usage.plus(Usage.of(vm.spec().hardware(), 0));
            }
        }
        return usage;
    }

    private <T> List<T> list(String kind, Function<JsonNode, T> form) {
        List<T> found = new ArrayList<>();
        vcenter.get(BASE + kind).forEach(json -> found.add(form.apply(json)));
        return found;
    }

    @Override
    public About about() {
        return new About(
                options.url().getHost(),
                UUID.nameUUIDFromBytes(options.url().toString().getBytes(StandardCharsets.UTF_8)),
                "VMware vCenter Server",
                "7.0.1");
    }

    @Override
    public List<Datacenter> datacenters() {
        return List.of(datacenter);
    }

    @Override
    public List<ComputeCluster> clusters() {
        return list(inside("cluster"), json -> {
            String id = json.path("cluster").asText();
            return new ComputeCluster(
                    MoRef.parse(id),
                    json.path("name").asText(),
                    datacenter.id(),
                    MoRef.parse(vcenter.get(BASE + "cluster/" + id)
                            .path("resource_pool")
                            .asText()),
                    json.path("ha_enabled").asBoolean(),
                    json.path("drs_enabled").asBoolean());
        });
    }

    @Override
    public List<Host> hosts() {
        List<Host> hosts = new ArrayList<>();
        for (ComputeCluster cluster : clusters()) {
            hosts.addAll(list(
                    "host?filter.clusters=" + cluster.id(),
                    json -> new Host(
                            MoRef.parse(json.path("host").asText()),
                            json.path("name").asText(),
                            cluster.id(),
                            Host.Connection.valueOf(
                                    json.path("connection_state").asText("CONNECTED")),
                            0,
                            0,
                            0,
                            Usage.NONE)));
        }
        return hosts;
    }

    /** REST names no switches; there is one for all port groups, and all hosts count as being on it. */
    @Override
    public List<DistributedSwitch> switches() {
        return List.of(new DistributedSwitch(
                MoRef.Kind.SWITCH.of(0),
                "vds",
                "",
                "7.0.0",
                datacenter.id(),
                hosts().stream().map(Host::id).toList()));
    }

    @Override
    public List<Network> networks() {
        List<Network> networks = new ArrayList<>();
        for (JsonNode json : vcenter.get(BASE + inside("network"))) {
            MoRef id = MoRef.parse(json.path("network").asText());
            String name = json.path("name").asText();
            switch (id.kind()) {
                case PORT_GROUP -> networks.add(new Network.PortGroup(id, name, MoRef.Kind.SWITCH.of(0), 0));
                case NETWORK -> networks.add(new Network.Standard(id, name));
                case DATACENTER, FOLDER, CLUSTER, RESOURCE_POOL, HOST, DATASTORE, SWITCH, VM -> {
                    // opaque networks are NSX-T's
                }
            }
        }
        return networks;
    }

    @Override
    public List<Datastore> datastores() {
        return list(
                inside("datastore"),
                json -> new Datastore(
                        MoRef.parse(json.path("datastore").asText()),
                        json.path("name").asText(),
                        datacenter.id(),
                        json.path("type").asText(),
                        json.path("capacity").asLong() / MIB,
                        json.path("free_space").asLong() / MIB));
    }

    @Override
    public List<StoragePolicy> storagePolicies() {
        return list(
                "storage/policies",
                json -> new StoragePolicy(
                        UUID.fromString(json.path("policy").asText()),
                        json.path("name").asText(),
                        json.path("description").asText(),
                        List.of()));
    }

    @Override
    public ResourcePools resourcePools() {
        return pools;
    }

    @Override
    public Folders folders() {
        return folders;
    }

    @Override
    public ContentLibraries libraries() {
        return libraries;
    }

    @Override
    public VirtualMachines machines() {
        return machines;
    }

    @Override
    public VirtualDisks disks() {
        return disks;
    }

    /** Ends looking after machines, which go on. */
    @Override
    public void close() {
        machines.close();
        vcenter.close();
    }
}
