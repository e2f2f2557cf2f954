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
    void administersUsersNamespacesAndTheSupervisor() throws IOException, InterruptedException {
        try (Trial trial = Trial.create("admin")) {
            trial.up().succeeds();
            trial.kantoku("namespace", "create", "ns1").fails().complains("not enabled", "kantoku enable");
            trial.kantoku("enable").succeeds().says("The Supervisor runs at");

            trial.kantoku("user", "create", "ann").succeeds().says("Password (shown once)");
            trial.kantoku("user", "groups", "ann", "Operators").succeeds();
            trial.kantoku("user", "password", "ann").succeeds().says("Password (shown once)");
            trial.kantoku("user", "ls").succeeds().says("NAME ", "ann             vsphere.local   Operators");
            trial.kantoku("user", "delete", "bob").fails().complains("bob");

            trial.kantoku("namespace", "create", "ns1", "--user", "ann", "--role", "view")
                    .succeeds();
            trial.kantoku("namespace", "grant", "ns1", "--user", "ann", "--group", "Operators", "--role", "edit")
                    .succeeds();
            trial.kantoku("namespace", "update", "ns1", "--storage-policy", "k8s-storage=1024", "--description", "ours")
                    .succeeds();
            JsonNode shown =
                    trial.kantoku("namespace", "show", "ns1").succeeds().json();
            assertThat(shown.path("description").asText()).isEqualTo("ours");
            assertThat(shown.path("access_list"))
                    .hasSize(2)
                    .allSatisfy(entry -> assertThat(entry.path("role").asText()).isEqualTo("EDIT"));
            assertThat(shown.at("/storage_specs/0/limit").asLong()).isEqualTo(1024);
            trial.kantoku("namespace", "revoke", "ns1", "--group", "Operators").succeeds();
            trial.kantoku("namespace", "revoke", "ns1", "--group", "Operators")
                    .fails()
                    .complains("has no access");
            assertThat(trial.kantoku("namespace", "revoke", "ns1").exit()).isEqualTo(2);
            assertThat(trial.kantoku("namespace", "ls", "-o", "json")
                            .succeeds()
                            .json()
                            .at("/0/namespace")
                            .asText())
                    .isEqualTo("ns1");
            assertThat(trial.kantoku("namespace", "ls", "-o", "xml").exit()).isEqualTo(2);

            trial.kantoku("user", "delete", "ann").succeeds();
            trial.kantoku("disable").succeeds().says("Workload Management is disabled on cluster01");
            trial.kantoku("vm", "ls").succeeds().says("VM ", "haproxy-1");
            trial.kantoku("disable").fails();
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
