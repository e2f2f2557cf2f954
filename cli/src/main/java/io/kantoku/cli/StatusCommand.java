package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.instance.StateDirectory;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kantoku status}: what runs, and what is simulated in it. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Says what runs. Exits with 3 when nothing does.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        StateDirectory directory = state.directory();
        Console console = Console.standard();
        Optional<JsonNode> status = directory.readOptions().isPresent() ? ask(directory) : Optional.empty();
        if (output.json()) {
            ObjectNode stopped = Json.object()
                    .put("state", "stopped")
                    .put("state_directory", directory.path().toString());
            console.result(status.orElse(stopped).toPrettyString());
        } else if (status.isPresent()) {
            print(status.get(), console);
        } else {
            console.result("No instance is running in " + directory.path() + ".");
        }
        return status.isPresent() ? 0 : CliException.ExitCode.NOT_RUNNING.code();
    }

    private static Optional<JsonNode> ask(StateDirectory directory) {
        try (VcenterClient client = VcenterClient.of(directory)) {
            return client.status();
        }
    }

    private static void print(JsonNode status, Console console) {
        console.result("Running (process " + status.path("pid").asText() + "), runtime "
                + status.path("runtime").asText() + ":");
        console.result("  " + status.path("runtime_description").asText() + ".");
        console.result("Console:     " + status.path("console").asText());
        balancers(status, console);
        console.result("Machines:    "
                + status.path("virtual_machines").path("powered_on").asText() + " of "
                + status.path("virtual_machines").path("total").asText() + " are on");
        if (status.path("supervisors").isEmpty()) {
            console.result("Supervisor:  not enabled (kantoku enable)");
        }
        for (JsonNode supervisor : status.path("supervisors")) {
            String message = supervisor.path("message").asText();
            console.result("Supervisor:  " + supervisor.path("cluster").asText() + " "
                    + supervisor.path("config_status").asText() + " at "
                    + supervisor.path("api_server_cluster_endpoint").asText()
                    + (status.path("front_port").asInt() == 443 ? "" : ", front at port " + status.path("front_port"))
                    + (message.isEmpty() ? "" : ": " + message));
        }
    }

    private static void balancers(JsonNode status, Console console) {
        if (status.at("/haproxy/external").asBoolean()) {
            String api = status.at("/haproxy/data_plane_api").asText();
            console.result("HAProxy:     an appliance that is not ours"
                    + (api.isEmpty() ? ", named when Workload Management is enabled" : ", Data Plane API " + api));
        }
        for (JsonNode balancer : status.path("load_balancers")) {
            console.result("HAProxy:     " + balancer.path("name").asText() + " " + state(balancer)
                    + ", Data Plane API " + balancer.path("data_plane_api").asText());
        }
    }

    private static String state(JsonNode balancer) {
        String role = balancer.path("role").asText();
        if (role.equals("off")) {
            return "is switched off";
        }
        return balancer.path("running").asBoolean()
                ? "is " + role + " (process " + balancer.path("pid").asText() + ")"
                : "is NOT RUNNING";
    }
}
