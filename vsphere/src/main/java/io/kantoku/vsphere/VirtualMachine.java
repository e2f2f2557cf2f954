package io.kantoku.vsphere;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A machine in the inventory as it was at one moment.
 *
 * @param biosUuid starts with {@code 42}, as vCenter's do; the Supervisor's nodes are named by it
 * @param instanceUuid unique in the vCenter
 * @param spec what it was made from, with the hardware addresses filled in
 * @param host where it runs, or last ran
 * @param management who runs it
 */
public record VirtualMachine(
        MoRef id,
        UUID biosUuid,
        UUID instanceUuid,
        VmSpec spec,
        MoRef host,
        PowerState power,
        GuestStatus guest,
        Management management,
        Instant createdAt) {

    /** Who starts and stops a machine. */
    public enum Management {
        INVENTORY,
        /** Something else runs it and tells the inventory about it. */
        ELSEWHERE
    }

    public VirtualMachine {
        id.require(MoRef.Kind.VM);
        host.require(MoRef.Kind.HOST);
    }

    public String name() {
        return spec.name();
    }

    /** The name of a node that is named after its machine: the BIOS UUID without dashes. */
    public String compactBiosUuid() {
        return biosUuid.toString().replace("-", "");
    }

    /** The first card on the network. */
    public Optional<Nic> nicOn(MoRef network) {
        return spec.nics().stream().filter(nic -> nic.network().equals(network)).findFirst();
    }

    public boolean isOn() {
        return power != PowerState.POWERED_OFF;
    }

    public VirtualMachine with(PowerState changedPower, GuestStatus changedGuest) {
        return new VirtualMachine(
                id, biosUuid, instanceUuid, spec, host, changedPower, changedGuest, management, createdAt);
    }

    public VirtualMachine onHost(MoRef changedHost) {
        return new VirtualMachine(id, biosUuid, instanceUuid, spec, changedHost, power, guest, management, createdAt);
    }

    public VirtualMachine with(VmSpec changedSpec) {
        return new VirtualMachine(id, biosUuid, instanceUuid, changedSpec, host, power, guest, management, createdAt);
    }
}
