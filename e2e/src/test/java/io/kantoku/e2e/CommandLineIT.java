package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Commands on instances that are not there, are there already, or are named wrongly; two instances side by side. */
final class CommandLineIT {
    @Test
    void commandsSayThatNothingRunsAndExitWithThree() throws IOException, InterruptedException {
        try (Trial trial = Trial.create("none")) {
            assertThat(trial.kantoku("status").exit()).isEqualTo(3);
            JsonNode status =
                    Json.parse(trial.kantoku("status", "-o", "json").out().getBytes(StandardCharsets.UTF_8));
            assertThat(status.path("state").asText()).isEqualTo("stopped");
            Outcome enable = trial.kantoku("enable");
            assertThat(enable.exit()).isEqualTo(3);
            enable.complains("no instance is running in", "kantoku up --detach");
            trial.kantoku("down").succeeds().says("Nothing to do");
        }
    }

    @Test
    void wrongCommandLinesExitWithTwo() throws IOException, InterruptedException {
        try (Trial trial = Trial.create("usage")) {
            assertThat(trial.kantoku("up", "--management-network", "10.0.0.0/24")
                            .exit())
                    .isEqualTo(2);
            assertThat(trial.kantoku("explain", "tkc01").exit()).isEqualTo(2);
            assertThat(trial.kantoku("user").exit()).isEqualTo(2);
            Outcome unknown = trial.kantoku("up", "--runtime", "qemu").fails();
            unknown.complains("lab", "simulated");
        }
    }

    @Test
    void twoInstancesRunSideBySide() throws IOException, InterruptedException {
        try (Trial one = Trial.create("one");
                Trial two = Trial.create("two")) {
            one.up().succeeds();
            two.up().succeeds();
            assertThat(one.pid()).isNotEqualTo(two.pid());
            one.up().fails().complains("running", String.valueOf(one.pid()));
            one.kantoku("down").succeeds();
            assertThat(two.kantoku("status").exit()).isZero();
        }
    }
}
