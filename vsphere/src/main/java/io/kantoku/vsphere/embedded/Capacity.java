package io.kantoku.vsphere.embedded;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.reducing;
import static java.util.stream.Collectors.summingInt;

import io.kantoku.vsphere.Datastore;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.PoolLimits;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.Usage;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What the hosts, pools and the datastore have, and what a number of machines takes of it. */
final class Capacity {
    private final Topology topology;
    private final long datastoreMiB;
    private final int coreMhz;
    private final NamedTree<ResourcePool> pools;
    private final LongSupplier volumesMiB;
    private final Map<MoRef, Host.Connection> connections = new ConcurrentHashMap<>();

    /** @param volumesMiB what disks that belong to no machine take now */
    Capacity(Topology topology, EmbeddedOptions options, NamedTree<ResourcePool> pools, LongSupplier volumesMiB) {
        this.topology = topology;
        this.datastoreMiB = options.datastoreMiB();
        this.coreMhz = options.capacity().coreMhz();
        this.pools = pools;
        this.volumesMiB = volumesMiB;
    }

    void connect(MoRef host, Host.Connection connection) {
        connections.put(host, connection);
    }

    boolean hasHost(MoRef host) {
        return topology.hosts().stream().anyMatch(known -> known.id().equals(host));
    }

    /** The hosts with what the machines that are on take of them. */
    List<Host> hosts(Collection<VirtualMachine> machines) {
        Map<MoRef, Usage> used = machines.stream()
                .filter(VirtualMachine::isOn)
                .collect(groupingBy(VirtualMachine::host, reducing(Usage.NONE, this::usage, Usage::plus)));
        return topology.hosts().stream()
                .map(host -> new Host(
                        host.id(),
                        host.name(),
                        host.cluster(),
                        Objects.requireNonNullElse(connections.get(host.id()), host.connection()),
                        host.cores(),
                        host.coreMhz(),
                        host.memoryMiB(),
                        Objects.requireNonNullElse(used.get(host.id()), Usage.NONE)))
                .toList();
    }

    /** What the machines that are on in a pool and below it take. */
    Usage poolUsage(MoRef pool, Collection<VirtualMachine> machines) {
        return machines.stream()
                .filter(VirtualMachine::isOn)
                .filter(vm -> pools.isWithin(vm.spec().placement().resourcePool(), pool))
                .map(this::usage)
                .reduce(Usage.NONE, Usage::plus);
    }

    Datastore datastore(Collection<VirtualMachine> machines) {
        long used = volumesMiB.getAsLong()
                + machines.stream()
                        .mapToLong(vm -> vm.spec().hardware().diskMiB())
                        .sum();
        return new Datastore(
                topology.datastore(),
                "datastore01",
                topology.datacenter().id(),
                "VMFS",
                datastoreMiB,
                Math.max(0, datastoreMiB - used));
    }

    /** Refuses a disk that does not fit beside those that are there. */
    void admitDisk(VmSpec spec, Collection<VirtualMachine> machines) {
        admitDisk(spec.name(), spec.hardware().diskMiB(), machines);
    }

    /**
     * As the other one.
     *
     * @param moreMiB what is to be set aside for it beside what it has
     */
    void admitDisk(String name, long moreMiB, Collection<VirtualMachine> machines) {
        Datastore datastore = datastore(machines);
        long missing = moreMiB - datastore.freeMiB();
        if (missing > 0) {
            throw HostChooser.insufficient("the disk of '" + name + "' (" + moreMiB + " MiB) does not fit on "
                    + datastore.name() + ", which lacks " + missing
                    + " MiB; delete machines or volumes, or enlarge the datastore");
        }
    }

    /**
     * Chooses the host of a machine that is off, beside the machines that are on.
     *
     * @throws io.kantoku.vsphere.VsphereException {@code INSUFFICIENT_RESOURCES}
     */
    MoRef place(VmSpec spec, Collection<VirtualMachine> machines) {
        admitToPools(spec, machines);
        String group = spec.placement().antiAffinityGroup();
        Map<MoRef, Integer> members = group.isEmpty()
                ? Map.of()
                : machines.stream()
                        .filter(vm -> vm.isOn()
                                && vm.spec().placement().antiAffinityGroup().equals(group))
                        .collect(groupingBy(VirtualMachine::host, summingInt(vm -> 1)));
        return HostChooser.choose(spec.name(), spec.hardware(), hosts(machines), members)
                .id();
    }

    private void admitToPools(VmSpec spec, Collection<VirtualMachine> machines) {
        Usage demand = Usage.of(spec.hardware(), coreMhz);
        MoRef at = spec.placement().resourcePool();
        while (at.kind() == MoRef.Kind.RESOURCE_POOL) {
            ResourcePool pool = pools.get(at);
            if (!pool.limits().equals(PoolLimits.NONE)) {
                Usage used = poolUsage(at, machines);
                admit(
                        spec,
                        pool,
                        "MHz of processor time",
                        pool.limits().cpuMhz(),
                        used.reservedCpuMhz(),
                        demand.reservedCpuMhz());
                admit(
                        spec,
                        pool,
                        "MiB of memory",
                        pool.limits().memoryMiB(),
                        used.reservedMemoryMiB(),
                        demand.reservedMemoryMiB());
            }
            at = pool.parent();
        }
    }

    private static void admit(VmSpec spec, ResourcePool pool, String unit, long limit, long used, long demand) {
        if (limit != PoolLimits.UNLIMITED && demand > 0 && used + demand > limit) {
            throw HostChooser.insufficient("the resource pool '" + pool.name() + "' cannot hold '" + spec.name()
                    + "': it reserves " + demand + " " + unit + ", and of the limit of " + limit + " there are "
                    + Math.max(0, limit - used) + " left; raise the limit or delete machines");
        }
    }

    private Usage usage(VirtualMachine vm) {
        return Usage.of(vm.spec().hardware(), coreMhz);
    }
}
