package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.cli.trial.OwnHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk through the product with real containers; client, host and machines are in namespaces without a way out. */
final class LabWalkThroughIT {
    @Test
    void everyStepHolds(@TempDir Path directory) throws IOException, InterruptedException {
        Path output = directory.resolve("verify.out");
        int exit =
                OwnHost.run(List.of("verify", "--runtime", "lab"), ProcessBuilder.Redirect.appendTo(output.toFile()));
        assertThat(exit).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output)).contains("steps held");
    }
}
