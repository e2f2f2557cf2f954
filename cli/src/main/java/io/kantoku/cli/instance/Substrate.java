package io.kantoku.cli.instance;

import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.NetworkStack;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.machine.GuestOs;
import io.kantoku.vsphere.machine.MachineRuntime;
import java.util.Optional;

/** What an instance's machines and networks are made of; one for each runtime. */
sealed interface Substrate permits SimulatedSubstrate, LabSubstrate {
    /** Runs the machines of the inventory. */
    MachineRuntime runtime(GuestOs guestOs);

    /** The inventory is there; machines start later. */
    void inventory(Inventory inventory);

    /** Where vCenter's own connections are opened: to Data Plane APIs, to virtual IPs. */
    NetworkStack vcenter();

    /** Where a Supervisor's own connections are opened: from one of its control machines that run, else from vCenter's. */
    NetworkStack supervisor();

    /** Whether nodes of guest clusters answer, as a Supervisor sees it. */
    NodePorts nodePorts();

    /**
     * Connects an appliance, whose cards are called management and workload, or finds it connected; empty where it has no network
     * of its own.
     */
    Optional<NetworkNamespace> appliance(VirtualMachine appliance);
}
