package io.kantoku.cli;

import io.kantoku.vsphere.machine.LabRuntime;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import java.util.Optional;

/** The names that {@code --runtime} takes. */
public final class Runtimes {
    private Runtimes() {}

    /** What the launcher has found this machine and user can have; without it, what everybody can. */
    static String standard() {
        return Optional.ofNullable(System.getenv("KANTOKU_RUNTIME")).orElse(SimulatedRuntime.NAME);
    }

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
