package io.kantoku.cli;

import io.kantoku.vsphere.machine.LabRuntime;
import io.kantoku.vsphere.machine.SimulatedRuntime;

/** The names that {@code --runtime} takes. */
public final class Runtimes {
    private Runtimes() {}

    /**
     * The name itself.
     *
     * @throws CliException when there is no such runtime
     */
    public static String known(String name) {
        return switch (name) {
            case SimulatedRuntime.NAME, LabRuntime.NAME -> name;
            default ->
                throw new CliException(
                        CliException.ExitCode.USAGE, "there is no runtime '" + name + "'; use simulated or lab");
        };
    }
}
