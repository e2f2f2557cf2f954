package io.kantoku.vsphere.machine;

import io.kantoku.vsphere.VirtualMachine;
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
}
