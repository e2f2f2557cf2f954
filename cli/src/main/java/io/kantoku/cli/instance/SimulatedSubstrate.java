package io.kantoku.cli.instance;

import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.NetworkStack;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.machine.GuestOs;
import io.kantoku.vsphere.machine.MachineRuntime;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import java.util.Optional;

/** Everything is on the loopback interface. */
final class SimulatedSubstrate implements Substrate {
    @Override
    public MachineRuntime runtime(GuestOs guestOs) {
        return new SimulatedRuntime(guestOs);
    }

    @Override
    public void inventory(Inventory inventory) {
        // loopback addresses need no networks
    }

    @Override
    public NetworkStack vcenter() {
        return NetworkStack.host();
    }

    @Override
    public NetworkStack supervisor() {
        return NetworkStack.host();
    }

    /** Pods are reported and run nothing. */
    @Override
    public NodePorts nodePorts() {
        return NodePorts.ASSUMED;
    }

    @Override
    public Optional<NetworkNamespace> appliance(VirtualMachine appliance) {
        return Optional.empty();
    }
}
