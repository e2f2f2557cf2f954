package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.net.Ipv4Address;
import java.time.InstantSource;
import java.util.List;

/** An appliance's entry among the machines. */
final class RegisteredAppliance implements Appliance {
    private final EmbeddedMachines machines;
    private final VmRegistry registry;
    private final VmEntry entry;
    private final InstantSource clock;

    RegisteredAppliance(EmbeddedMachines machines, VmRegistry registry, VmEntry entry, InstantSource clock) {
        this.machines = machines;
        this.registry = registry;
        this.entry = entry;
        this.clock = clock;
    }

    @Override
    public MoRef id() {
        return entry.vm.id();
    }

    @Override
    public void running(List<Ipv4Address> addresses) {
        set(PowerState.POWERED_ON, GuestStatus.running(addresses, clock.instant()));
    }

    @Override
    public void failed(String reason) {
        set(PowerState.POWERED_ON, GuestStatus.failed(reason, clock.instant()));
    }

    @Override
    public void stopped() {
        set(PowerState.POWERED_OFF, GuestStatus.notRunning(clock.instant()));
    }

    @Override
    public void switchedBy(PowerSwitch power) {
        entry.power = power;
    }

    private void set(PowerState power, GuestStatus guest) {
        registry.change(entry, vm -> vm.with(power, guest));
    }

    @Override
    public void unregister() {
        entry.operation.lock();
        try {
            if (!entry.deleted) {
                machines.remove(entry);
            }
        } finally {
            entry.operation.unlock();
        }
    }
}
