package io.kantoku.cli;

import io.kantoku.cli.instance.StateDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that every command takes: which instance is meant. */
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The instance's state directory (default: kantoku in the user's state directory).")
    private @Nullable Path directory;

    StateDirectory directory() {
        Path chosen = directory;
        return new StateDirectory(chosen == null ? StateDirectory.standard() : chosen);
    }
}
