package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.ConsoleLine;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VirtualMachine.Management;
import io.kantoku.vsphere.VirtualMachines;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VmSubscription;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.machine.Machine;
import io.kantoku.vsphere.machine.MachineRuntime;
import io.kantoku.vsphere.machine.StopMode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines of the embedded inventory.
 *
 * <p>What is asked for is made durable first and done then; the machines' own reports only change what is seen. Operations on one
 * machine hold its operation lock, under which they may write and wait; the registry's state lock is taken inside for moments.
 */
final class EmbeddedMachines implements VirtualMachines {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMachines.class);

    /** What the machines are made with. */
    record Parts(
            InventoryStorage storage,
            Disks disks,
            EmbeddedDisks attached,
            IdSequence ids,
            HardwareIds hardware,
            MachineRuntime runtime,
            InstantSource clock) {}

    private final Parts parts;
    private final VmRegistry registry;
    private final Capacity capacity;
    private final Structure structure;
    private final SpecCheck check;
    private volatile boolean closed;

    EmbeddedMachines(Parts parts, VmRegistry registry, Capacity capacity, Structure structure, SpecCheck check) {
        this.parts = parts;
        this.registry = registry;
        this.capacity = capacity;
        this.structure = structure;
        this.check = check;
    }

    /** Reads what is kept; nothing is started. */
    void restore() {
        Set<MoRef> restored = new HashSet<>();
        parts.storage().list(VmDocument.PREFIX).forEach((key, document) -> {
            VirtualMachine vm = VmDocument.read(key, document, parts.clock().instant());
            if (vm.management() == Management.ELSEWHERE) {
                vm = vm.with(
                        PowerState.POWERED_OFF,
                        GuestStatus.notRunning(parts.clock().instant()));
            }
            VmEntry entry = new VmEntry(vm);
            registry.claim(entry);
            registry.publish(entry);
            restored.add(vm.id());
        });
        parts.disks().sweep(restored);
    }

    /** Boots the restored machines that are to be on; one that cannot be started has a failed guest then. */
    void start() {
        for (VmEntry entry : registry.published()) {
            entry.operation.lock();
            try {
                boolean waiting = entry.vm.management() == Management.INVENTORY
                        && entry.vm.power() == PowerState.POWERING_ON
                        && entry.machine == null
                        && !entry.deleted;
                if (waiting) {
                    startRestored(entry);
                }
            } finally {
                entry.operation.unlock();
            }
        }
    }

    private void startRestored(VmEntry entry) {
        try {
            if (!capacity.hasHost(entry.vm.host())) {
                keep(place(entry));
            }
            boot(entry);
        } catch (VsphereException e) {
            LOG.atError()
                    .setMessage("machine could not be started again")
                    .addKeyValue("vm", entry.vm.name())
                    .addKeyValue("id", entry.vm.id())
                    .setCause(e)
                    .log();
            fail(entry, e);
        }
    }

    @Override
    public VirtualMachine create(VmSpec spec) {
        VirtualMachine vm = make(spec, Management.INVENTORY);
        LOG.atInfo()
                .setMessage("machine created")
                .addKeyValue("vm", vm.name())
                .addKeyValue("id", vm.id())
                .log();
        return vm;
    }

    VirtualMachine make(VmSpec spec, Management management) {
        refuseWhenClosed();
        check.spec(spec);
        MoRef id = parts.ids().next(MoRef.Kind.VM);
        VmEntry entry = structure.relying(() -> {
            check.containers(spec.placement());
            return registry.locked(() -> claim(id, spec, management));
        });
        boolean durable = false;
        try {
            parts.disks().ensure(id);
            parts.storage().put(VmDocument.key(id), VmDocument.write(entry.vm));
            durable = true;
        } finally {
            if (!durable) {
                registry.remove(entry);
            }
        }
        return registry.publish(entry);
    }

    private VmEntry claim(MoRef id, VmSpec spec, Management management) {
        Collection<VirtualMachine> present = registry.claimed();
        SpecCheck.unique(spec, present);
        capacity.admitDisk(spec, present);
        VirtualMachine vm = new VirtualMachine(
                id,
                parts.hardware().biosUuid(),
                parts.hardware().instanceUuid(),
                spec.withNics(withMacs(spec.nics(), present)),
                capacity.place(spec, present),
                PowerState.POWERED_OFF,
                GuestStatus.notRunning(parts.clock().instant()),
                management,
                parts.clock().instant());
        VmEntry entry = new VmEntry(vm);
        registry.claim(entry);
        return entry;
    }

    private List<Nic> withMacs(List<Nic> nics, Collection<VirtualMachine> present) {
        Set<String> taken = new HashSet<>();
        present.forEach(vm -> vm.spec().nics().forEach(nic -> taken.add(nic.mac())));
        nics.forEach(nic -> taken.add(nic.mac()));
        List<Nic> complete = new ArrayList<>();
        for (Nic nic : nics) {
            String mac = nic.mac();
            while (mac.isEmpty() || (nic.mac().isEmpty() && !taken.add(mac))) {
                mac = parts.hardware().mac();
            }
            complete.add(nic.withMac(mac));
        }
        return complete;
    }

    @Override
    public VirtualMachine powerOn(MoRef id) {
        return operate(id, true, entry -> {
            PowerSwitch power = entry.power;
            if (entry.vm.isOn()) {
                return entry.vm;
            }
            if (power != null) {
                power.on();
                return entry.vm;
            }
            VirtualMachine off = entry.vm;
            place(entry);
            boolean durable = false;
            try {
                keep(entry.vm);
                durable = true;
            } finally {
                if (!durable) {
                    registry.change(entry, vm -> off);
                }
            }
            LOG.atInfo()
                    .setMessage("machine powered on")
                    .addKeyValue("vm", off.name())
                    .addKeyValue("id", id)
                    .addKeyValue("host", entry.vm.host())
                    .log();
            boot(entry);
            return entry.vm;
        });
    }

    private GuestStatus waiting() {
        return GuestStatus.booting("waiting for its turn to boot", parts.clock().instant());
    }

    /** Admits the machine to a host, from which moment on it takes what it reserves. */
    private VirtualMachine place(VmEntry entry) {
        return structure.relying(() -> registry.locked(() -> {
            MoRef host = capacity.place(entry.vm.spec(), registry.claimed());
            return registry.change(entry, vm -> vm.onHost(host).with(PowerState.POWERING_ON, waiting()));
        }));
    }

    private void boot(VmEntry entry) {
        long life = registry.nextLife(entry);
        VmReports reports = new VmReports(registry, entry, life, parts.clock());
        try {
            entry.machine = parts.runtime().start(entry.vm, parts.disks().ensure(entry.vm.id()), reports);
        } catch (VsphereException e) {
            fail(entry, e);
            throw e;
        }
    }

    /** The machine stays on with a failed guest, so that a restart or a power-off can be tried. */
    private void fail(VmEntry entry, VsphereException cause) {
        registry.change(
                entry,
                vm -> vm.with(
                        vm.power(),
                        GuestStatus.failed(
                                String.valueOf(cause.getMessage()),
                                parts.clock().instant())));
    }

    @Override
    public VirtualMachine powerOff(MoRef id, StopMode mode) {
        return operate(id, true, entry -> {
            PowerSwitch power = entry.power;
            if (!entry.vm.isOn()) {
                return entry.vm;
            }
            if (power != null) {
                power.off();
                return entry.vm;
            }
            keep(entry.vm.with(
                    PowerState.POWERED_OFF, GuestStatus.notRunning(parts.clock().instant())));
            end(entry, mode);
            entry.console.add(parts.clock().instant(), "powered off");
            LOG.atInfo()
                    .setMessage("machine powered off")
                    .addKeyValue("vm", entry.vm.name())
                    .addKeyValue("id", id)
                    .addKeyValue("mode", mode)
                    .log();
            return registry.change(
                    entry,
                    vm -> vm.with(
                            PowerState.POWERED_OFF,
                            GuestStatus.notRunning(parts.clock().instant())));
        });
    }

    @Override
    public VirtualMachine restart(MoRef id, StopMode mode) {
        return operate(id, false, entry -> {
            if (!entry.vm.isOn()) {
                throw notAllowed("'" + entry.vm.name() + "' is off; power it on");
            }
            end(entry, mode);
            registry.change(entry, vm -> vm.with(PowerState.POWERING_ON, waiting()));
            boot(entry);
            LOG.atInfo()
                    .setMessage("machine restarted")
                    .addKeyValue("vm", entry.vm.name())
                    .addKeyValue("id", id)
                    .addKeyValue("mode", mode)
                    .log();
            return entry.vm;
        });
    }

    @Override
    public VirtualMachine resize(MoRef id, VmHardware hardware) {
        return operate(id, false, entry -> {
            if (entry.vm.spec().hardware().equals(hardware)) {
                return entry.vm;
            }
            boolean on = entry.vm.isOn();
            VirtualMachine before = entry.vm;
            if (on) {
                end(entry, StopMode.GRACEFUL);
            }
            structure.relying(() -> registry.locked(() -> {
                VmSpec next = before.spec().withHardware(hardware);
                List<VirtualMachine> others = registry.claimed().stream()
                        .filter(vm -> !vm.id().equals(id))
                        .toList();
                capacity.admitDisk(next, others);
                MoRef host = on ? capacity.place(next, others) : before.host();
                return registry.change(
                        entry,
                        vm -> on ? vm.with(next).onHost(host).with(PowerState.POWERING_ON, waiting()) : vm.with(next));
            }));
            keep(entry.vm);
            LOG.atInfo()
                    .setMessage("machine resized")
                    .addKeyValue("vm", before.name())
                    .addKeyValue("id", id)
                    .addKeyValue("cpus", hardware.cpus())
                    .addKeyValue("memoryMiB", hardware.memoryMiB())
                    .log();
            if (on) {
                boot(entry);
            }
            return entry.vm;
        });
    }

    @Override
    public void delete(MoRef id) {
        Optional<VmEntry> present = registry.find(id.require(MoRef.Kind.VM));
        if (present.isEmpty()) {
            return;
        }
        VmEntry entry = present.get();
        entry.operation.lock();
        try {
            if (!entry.deleted) {
                refuseElsewhere(entry);
                refuseWhenClosed();
                end(entry, StopMode.HARD);
                remove(entry);
                LOG.atInfo()
                        .setMessage("machine deleted")
                        .addKeyValue("vm", entry.vm.name())
                        .addKeyValue("id", id)
                        .log();
            }
        } finally {
            entry.operation.unlock();
        }
    }

    /** Forgets a machine that has ended; the caller holds its operation lock. */
    void remove(VmEntry entry) {
        MoRef id = entry.vm.id();
        parts.storage().delete(VmDocument.key(id));
        entry.deleted = true;
        registry.remove(entry);
        parts.attached().release(id);
        parts.disks().delete(id);
    }

    /** Ends what runs of the machine; a guest that does not end is said to have failed, and the operation can be repeated. */
    private void end(VmEntry entry, StopMode mode) {
        Machine machine = entry.machine;
        registry.nextLife(entry);
        if (machine == null) {
            return;
        }
        try {
            machine.stop(mode);
        } catch (VsphereException e) {
            fail(entry, e);
            throw e;
        }
        entry.machine = null;
    }

    void keep(VirtualMachine vm) {
        parts.storage().put(VmDocument.key(vm.id()), VmDocument.write(vm));
    }

    /** @param switchable whether the operation knows what to do with a machine that has a switch elsewhere */
    private VirtualMachine operate(MoRef id, boolean switchable, Function<VmEntry, VirtualMachine> operation) {
        VmEntry entry = registry.get(id.require(MoRef.Kind.VM));
        if (!switchable || entry.power == null) {
            refuseElsewhere(entry);
        }
        entry.operation.lock();
        try {
            refuseWhenClosed();
            if (entry.deleted) {
                throw VsphereException.notFound("virtual machine", id);
            }
            return operation.apply(entry);
        } finally {
            entry.operation.unlock();
        }
    }

    private static void refuseElsewhere(VmEntry entry) {
        if (entry.vm.management() == Management.ELSEWHERE) {
            throw notAllowed(
                    "'" + entry.vm.name() + "' is not run by the inventory; start, stop or remove it where it is run");
        }
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw notAllowed("the inventory is shutting down; try again when it is up");
        }
    }

    private static VsphereException notAllowed(String message) {
        return new VsphereException(VsphereException.Code.NOT_ALLOWED_IN_CURRENT_STATE, message);
    }

    @Override
    public Optional<VirtualMachine> find(MoRef id) {
        return registry.find(id).map(entry -> entry.vm);
    }

    @Override
    public Optional<VirtualMachine> find(MoRef folder, String name) {
        return list().stream()
                .filter(vm ->
                        vm.name().equals(name) && vm.spec().placement().folder().equals(folder))
                .findFirst();
    }

    @Override
    public List<VirtualMachine> list() {
        return registry.published().stream().map(entry -> entry.vm).toList();
    }

    @Override
    public List<ConsoleLine> console(MoRef id, long after) {
        return registry.get(id.require(MoRef.Kind.VM)).console.after(after);
    }

    @Override
    public VmSubscription subscribe(VmListener listener) {
        return registry.subscribe(listener);
    }

    /** Lets go of all guests at the same time and keeps that the machines are to be on; returns when that is done. */
    void close() {
        closed = true;
        List<Thread> ends = registry.published().stream()
                .map(entry -> Thread.ofVirtual().name("end-" + entry.vm.name()).start(() -> endAtShutdown(entry)))
                .toList();
        boolean interrupted = false;
        for (Thread end : ends) {
            try {
                end.join();
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        registry.closeFeeds();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void endAtShutdown(VmEntry entry) {
        entry.operation.lock();
        try {
            registry.nextLife(entry);
            Machine machine = entry.machine;
            if (machine != null) {
                machine.stop(StopMode.RELEASE);
            }
        } catch (RuntimeException e) {
            // Shutdown: the other machines are to end whatever this one does.
            LOG.atError()
                    .setMessage("machine did not end at shutdown")
                    .addKeyValue("vm", entry.vm.name())
                    .setCause(e)
                    .log();
        } finally {
            entry.operation.unlock();
        }
    }
}
