package io.kantoku.supervisor.workload;

import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmSpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The three control VMs of a Supervisor in the inventory, and the folder and pool that they are in. */
final class ControlMachines {
    /** The name of the folder and of the pool for all that Supervisors bring. */
    static final String CONTAINER = "Namespaces";

    private final SupervisorRecord record;
    private final EnableSpec spec;
    private final SupervisorServices services;

    ControlMachines(SupervisorRecord record, EnableSpec spec, SupervisorServices services) {
        this.record = record;
        this.spec = spec;
        this.services = services;
    }

    List<VirtualMachine> all() {
        return IntStream.range(0, ControlVm.COUNT).mapToObj(this::ensure).toList();
    }

    /** The machine, made and switched on if it is not there. */
    VirtualMachine ensure(int index) {
        Inventory inventory = services.inventory();
        MoRef cluster = MoRef.parse(record.cluster());
        ResourcePool pool =
                inventory.resourcePools().ensure(inventory.cluster(cluster).resourcePool(), CONTAINER);
        Folder folder = inventory.folders().ensure(services.rootFolder(cluster), CONTAINER);
        ControlVm plan = new ControlVm(index, spec, record.keys(), record.version());
        Optional<VirtualMachine> present = inventory.machines().find(folder.id(), plan.name());
        if (present.isPresent()) {
            services.control().attend(present.get(), plan.cloudInit());
            return present.get();
        }
        VmSpec planned = plan.vmSpec(folder.id(), pool.id(), UUID.fromString(spec.masterStoragePolicy()));
        VirtualMachine made = inventory.machines().create(services.control().machine(planned, spec));
        return inventory.machines().powerOn(made.id());
    }

    /**
     * Replaces the machines that have another version than the one that is wanted, one after the other, so that the API goes on. The
     * first one tells joining ones of the version, as {@code kubeadm upgrade} does.
     *
     * @param withdraw keeps new connections away from a machine that is about to end
     * @return what is waited for
     */
    Optional<String> upgrade(List<VirtualMachine> vms, Consumer<VirtualMachine> withdraw) {
        for (int i = 0; i < vms.size(); i++) {
            VirtualMachine vm = vms.get(i);
            if (!ControlVm.versionOf(vm).equals(record.version())) {
                if (othersServe(vms, vm)) {
                    withdraw.accept(vm);
                    services.control().leave(vm);
                    services.inventory().machines().delete(vm.id());
                    ensure(i);
                }
                return Optional.of("waiting for all control plane VMs to run, before " + vm.name()
                        + " or the next is replaced by one of " + record.version());
            }
        }
        return Optional.empty();
    }

    private static boolean othersServe(List<VirtualMachine> vms, VirtualMachine vm) {
        return vms.stream()
                .filter(other -> !other.id().equals(vm.id()))
                .allMatch(other -> other.guest().state() == GuestStatus.State.RUNNING);
    }

    /**
     * Gives the machines the size that is wanted, one after the other, so that the API goes on.
     *
     * @return what is waited for
     */
    Optional<String> resize(List<VirtualMachine> vms) {
        VmHardware wanted =
                VmHardware.bestEffort(spec.size().cpus(), spec.size().memoryMiB());
        for (VirtualMachine vm : vms) {
            if (!vm.spec().hardware().equals(wanted)) {
                if (othersServe(vms, vm)) {
                    services.inventory().machines().resize(vm.id(), wanted);
                }
                return Optional.of("waiting for all control plane VMs to run, before " + vm.name() + " or the next is"
                        + " resized to " + spec.size());
            }
        }
        return Optional.empty();
    }
}
