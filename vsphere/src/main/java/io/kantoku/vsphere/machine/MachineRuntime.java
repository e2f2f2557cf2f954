package io.kantoku.vsphere.machine;

import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VsphereException;
import java.nio.file.Path;

/** What makes machines run: each is started here when the inventory switches it on. */
public interface MachineRuntime {
    /** As in {@code kantoku up --runtime}. */
    String name();

    /** What is real and what is not, in one sentence for people. */
    String description();

    /**
     * Starts the machine and returns at once; how it goes is told to the report, from other threads.
     *
     * @param directory the machine's disk, which exists
     */
    Machine start(VirtualMachine vm, Path directory, MachineReport report);

    /** The runtime of that name: {@code simulated}; any other is {@code UNSUPPORTED} with the reason. */
    static MachineRuntime named(String name, GuestOs guestOs) {
        return switch (name) {
            case SimulatedRuntime.NAME -> new SimulatedRuntime(guestOs);
            case "lab" ->
                throw new VsphereException(
                        VsphereException.Code.UNSUPPORTED,
                        "the runtime 'lab' (network namespaces and real containers) comes with a later version;"
                                + " use 'simulated'");
            default ->
                throw new VsphereException(
                        VsphereException.Code.UNSUPPORTED,
                        "there is no machine runtime '" + name + "'; use 'simulated'");
        };
    }
}
