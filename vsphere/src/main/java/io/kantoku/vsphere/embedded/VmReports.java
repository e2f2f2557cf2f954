package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.machine.MachineReport;
import io.kantoku.vsphere.net.Ipv4Address;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** Takes down what a machine reports in one of its lives; reports from an earlier life change nothing. */
final class VmReports implements MachineReport {
    private final VmRegistry registry;
    private final VmEntry entry;
    private final long life;
    private final InstantSource clock;

    VmReports(VmRegistry registry, VmEntry entry, long life, InstantSource clock) {
        this.registry = registry;
        this.entry = entry;
        this.life = life;
        this.clock = clock;
    }

    @Override
    public void poweredOn() {
        report(
                "powered on",
                vm -> vm.guest().state() == GuestStatus.State.BOOTING
                        ? vm.with(PowerState.POWERED_ON, GuestStatus.booting("", clock.instant()))
                        : vm);
    }

    @Override
    public void booting(String message) {
        report(
                message,
                vm -> vm.guest().state() == GuestStatus.State.FAILED
                        ? vm
                        : guest(vm, GuestStatus.booting(message, clock.instant())));
    }

    @Override
    public void running(List<Ipv4Address> addresses) {
        report(
                "up, answers on " + addresses,
                vm -> vm.guest().state() == GuestStatus.State.FAILED
                        ? vm
                        : guest(vm, GuestStatus.running(addresses, clock.instant())));
    }

    @Override
    public void failed(String reason) {
        report("failed: " + reason, vm -> guest(vm, GuestStatus.failed(reason, clock.instant())));
    }

    /** The machine with another guest status; one that stays in its state has been in it since before. */
    private static VirtualMachine guest(VirtualMachine vm, GuestStatus next) {
        GuestStatus before = vm.guest();
        GuestStatus dated = before.state() == next.state()
                ? new GuestStatus(next.state(), next.message(), next.addresses(), before.since())
                : next;
        return vm.with(PowerState.POWERED_ON, dated);
    }

    private void report(String line, UnaryOperator<VirtualMachine> change) {
        if (registry.changeDuring(life, entry, change)) {
            entry.console.add(clock.instant(), line);
        }
    }
}
