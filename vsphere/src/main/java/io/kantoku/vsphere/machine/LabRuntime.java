package io.kantoku.vsphere.machine;

import io.kantoku.vsphere.VirtualMachine;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * Machines that are network namespaces on a virtual switch of this Linux machine. Control planes are listeners of this process in
 * their machine's namespace; nodes run containers in theirs.
 */
public final class LabRuntime implements MachineRuntime {
    /** The runtime's name. */
    public static final String NAME = "lab";

    /** Each boot starts programs, so few at a time are faster than many. */
    private static final int CONCURRENT_BOOTS = 8;

    private final GuestOs guestOs;
    private final Cabling cabling;
    private final Semaphore boots = new Semaphore(CONCURRENT_BOOTS, true);

    public LabRuntime(GuestOs guestOs, Cabling cabling) {
        this.guestOs = guestOs;
        this.cabling = cabling;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "machines are network namespaces on a virtual switch; control planes are served by this process, nodes run real"
                + " containers that share the host's kernel: not a security boundary for hostile containers";
    }

    @Override
    public Machine start(VirtualMachine vm, Path directory, MachineReport report) {
        HostedMachine machine = new HostedMachine(vm, StopDeadlines.DEFAULT, report, cabling);
        machine.start(guestOs, directory, boots);
        return machine;
    }
}
