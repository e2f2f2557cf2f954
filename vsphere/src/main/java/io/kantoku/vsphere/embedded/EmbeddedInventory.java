package io.kantoku.vsphere.embedded;

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
import io.kantoku.vsphere.PoolLimits;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.ResourcePools;
import io.kantoku.vsphere.StoragePolicy;
import io.kantoku.vsphere.VirtualDisks;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VirtualMachines;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.library.ContentLibraries;
import io.kantoku.vsphere.machine.MachineRuntime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The inventory that Kantoku keeps itself.
 *
 * <p>Opening it reads what is kept and starts nothing; {@link #start} boots the machines that are to be on; closing it ends
 * their guests, and they are booted again at the next start. Everything in between may be called from any thread.
 */
public final class EmbeddedInventory implements Inventory, AutoCloseable {
    /** Where time and randomness come from; the randomness must be safe for use by many threads. */
    public record Sources(InstantSource clock, RandomGenerator random) {
        public static Sources system() {
            return new Sources(InstantSource.system(), new SecureRandom());
        }
    }

    private final Topology topology;
    private final Capacity capacity;
    private final VmRegistry registry = new VmRegistry();
    private final EmbeddedFolders folders;
    private final EmbeddedResourcePools pools;
    private final EmbeddedLibraries libraries;
    private final EmbeddedDisks disks;
    private final EmbeddedMachines machines;
    private final InstantSource clock;

    private EmbeddedInventory(
            EmbeddedOptions options,
            InventoryStorage storage,
            Path datastore,
            MachineRuntime runtime,
            Sources sources) {
        clock = sources.clock();
        HardwareIds hardware = new HardwareIds(sources.random());
        IdSequence ids = new IdSequence(storage);
        Structure structure = new Structure();
        topology = Topology.of(options, storage, hardware);
        libraries = new EmbeddedLibraries(options.releases());

        MoRef rootFolder = topology.datacenter().vmFolder();
        NamedTree<Folder> folderTree = new NamedTree<>(
                EmbeddedFolders.Form.INSTANCE,
                "folder/",
                new Folder(rootFolder, "vm", topology.datacenter().id()),
                storage,
                structure);
        folders = new EmbeddedFolders(
                folderTree,
                ids,
                holds(folder -> vm -> vm.spec().placement().folder().equals(folder)));

        MoRef rootPool = topology.cluster().resourcePool();
        NamedTree<ResourcePool> poolTree = new NamedTree<>(
                EmbeddedResourcePools.Form.INSTANCE,
                "pool/",
                new ResourcePool(rootPool, "Resources", topology.cluster().id(), PoolLimits.NONE),
                storage,
                structure);
        DiskTable diskTable = new DiskTable();
        capacity = new Capacity(topology, options, poolTree, diskTable::capacityMiB);
        pools = new EmbeddedResourcePools(
                poolTree,
                ids,
                holds(pool -> vm -> vm.spec().placement().resourcePool().equals(pool)),
                pool -> capacity.poolUsage(pool, registry.claimed()));

        Disks machineDisks = new Disks(datastore);
        disks = new EmbeddedDisks(
                diskTable,
                storage,
                new DiskDirectories(datastore, machineDisks),
                topology,
                capacity,
                registry,
                hardware);
        machines = new EmbeddedMachines(
                new EmbeddedMachines.Parts(storage, machineDisks, disks, ids, hardware, runtime, clock),
                registry,
                capacity,
                structure,
                new SpecCheck(topology, libraries, folders, pools));
    }

    private Predicate<MoRef> holds(java.util.function.Function<MoRef, Predicate<VirtualMachine>> inside) {
        return container -> registry.claimed().stream().anyMatch(inside.apply(container));
    }

    /**
     * Opens the inventory as it was left, or a new one.
     *
     * @param datastore the directory of all disks; it must belong to the storage
     */
    public static EmbeddedInventory open(
            EmbeddedOptions options,
            InventoryStorage storage,
            Path datastore,
            MachineRuntime runtime,
            Sources sources) {
        EmbeddedInventory inventory = new EmbeddedInventory(options, storage, datastore, runtime, sources);
        inventory.machines.restore();
        inventory.disks.restore();
        return inventory;
    }

    /** As the other one, with files below the directory, the system's clock and secure randomness. */
    public static EmbeddedInventory open(EmbeddedOptions options, Path directory, MachineRuntime runtime) {
        return open(
                options,
                FileInventoryStorage.open(directory.resolve("inventory")),
                directory.resolve("machines"),
                runtime,
                Sources.system());
    }

    /** Boots the machines that were on when the inventory was closed or its process died. */
    public void start() {
        machines.start();
    }

    /**
     * Enters a machine that something else runs, such as the load balancer; off until it is reported otherwise. The machine of
     * that folder and name is taken again when it was entered before, with its identity, if its cards are the same.
     *
     * @throws io.kantoku.vsphere.VsphereException as {@link VirtualMachines#create} does
     */
    public Appliance registerAppliance(VmSpec spec) {
        Optional<VmEntry> before = registry.published().stream()
                .filter(entry -> entry.vm.management() == VirtualMachine.Management.ELSEWHERE
                        && entry.vm.name().equals(spec.name())
                        && entry.vm
                                .spec()
                                .placement()
                                .folder()
                                .equals(spec.placement().folder()))
                .findFirst();
        if (before.isPresent()) {
            Appliance known = new RegisteredAppliance(machines, registry, before.get(), clock);
            if (sameCards(before.get().vm.spec(), spec)) {
                return known;
            }
            known.unregister();
        }
        MoRef id = machines.make(spec, VirtualMachine.Management.ELSEWHERE).id();
        return new RegisteredAppliance(machines, registry, registry.get(id), clock);
    }

    private static boolean sameCards(VmSpec kept, VmSpec wanted) {
        return kept.nics().stream()
                .map(nic -> nic.withMac(""))
                .toList()
                .equals(wanted.nics().stream().map(nic -> nic.withMac("")).toList());
    }

    /**
     * Lets vCenter lose or find a host, until the next start: a host that is not connected is given no machine, and those that
     * it has run on.
     */
    public void connect(MoRef host, Host.Connection connection) {
        capacity.connect(host(host).id(), connection);
    }

    @Override
    public About about() {
        return topology.about();
    }

    @Override
    public List<Datacenter> datacenters() {
        return List.of(topology.datacenter());
    }

    @Override
    public List<ComputeCluster> clusters() {
        return List.of(topology.cluster());
    }

    @Override
    public List<Host> hosts() {
        return capacity.hosts(registry.claimed());
    }

    @Override
    public List<DistributedSwitch> switches() {
        return List.of(topology.distributedSwitch());
    }

    @Override
    public List<Network> networks() {
        return topology.networks();
    }

    @Override
    public List<Datastore> datastores() {
        return List.of(capacity.datastore(registry.claimed()));
    }

    @Override
    public List<StoragePolicy> storagePolicies() {
        return topology.policies();
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

    /** Ends all guests gracefully within the runtime's deadlines. */
    @Override
    public void close() {
        machines.close();
    }
}
