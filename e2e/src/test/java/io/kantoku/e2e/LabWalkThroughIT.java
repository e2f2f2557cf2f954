package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.cli.trial.OwnHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The walk through the product with real containers; client, host and machines are in namespaces without a way out. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class LabWalkThroughIT {
    private static final List<String> VERIFY = List.of("verify", "--runtime", "lab");

    /** Where the first run is when it is killed: containers run, and the walk goes on. */
    private static final String KILLED_AT = "a Service of type LoadBalancer gets its address";

    @Test
    void everyStepHoldsAfterARunThatWasKilledAndNothingIsLeft(@TempDir Path directory) throws Exception {
        LabRuns.requireLab();
        Path killed = directory.resolve("killed.out");
        Path walked = directory.resolve("verify.out");
        try (LabRuns runs = LabRuns.watch()) {
            Process first = runs.start(VERIFY, killed);
            LabRuns.await(first, killed, KILLED_AT);
            LabRuns.kill(first);
            assertThat(runs.left()).as("a killed run leaves its instance").isNotEmpty();

            int exit = OwnHost.run(VERIFY, ProcessBuilder.Redirect.to(walked.toFile()));
            String printed = Files.readString(walked);
            assertThat(exit).as(printed).isZero();
            assertThat(printed).contains("steps held");
            assertThat(runs.instances()).isEqualTo(2);
            assertThat(runs.left()).as("on the machine after both runs").isEmpty();
        }
    }
}
