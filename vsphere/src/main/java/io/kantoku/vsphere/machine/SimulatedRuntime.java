package io.kantoku.vsphere.machine;

import io.kantoku.lab.NetworkStack;
import io.kantoku.vsphere.VirtualMachine;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * Machines without hypervisor or privilege: guests run in this process on the host's network.
 *
 * <p>Their addresses are in 127.0.0.0/8, all of which the loopback interface has already, so a machine needs nothing to be made.
 * At most a fixed number of guests boot at one time.
 */
public final class SimulatedRuntime implements MachineRuntime {
    /** The runtime's name. */
    public static final String NAME = "simulated";

    private static final int DEFAULT_BOOTS = 32;

    private final GuestOs guestOs;
    private final Cabling cabling;
    private final Semaphore boots;
    private final StopDeadlines deadlines;

    public SimulatedRuntime(GuestOs guestOs) {
        this(guestOs, NetworkStack.host(), DEFAULT_BOOTS, StopDeadlines.DEFAULT);
    }

    /**
     * With other limits.
     *
     * @param concurrentBoots how many guests may boot at one time
     */
    public SimulatedRuntime(GuestOs guestOs, NetworkStack network, int concurrentBoots, StopDeadlines deadlines) {
        this.guestOs = guestOs;
        this.cabling = Cabling.shared(network);
        this.boots = new Semaphore(concurrentBoots, true);
        this.deadlines = deadlines;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "machines are simulated: control planes listen on 127.0.0.0/8, workers and pods are reported as running but"
                + " run nothing";
    }

    @Override
    public Machine start(VirtualMachine vm, Path directory, MachineReport report) {
        HostedMachine machine = new HostedMachine(vm, deadlines, report, cabling);
        machine.start(guestOs, directory, boots);
        return machine;
    }
}
