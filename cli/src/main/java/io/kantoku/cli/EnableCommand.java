package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kantoku enable}: enables Workload Management on the lab's cluster. */
@Command(
        name = "enable",
        mixinStandardHelpOptions = true,
        description =
                "Enables Workload Management on cluster01 with vCenter Server Network, and waits until the Supervisor runs.")
final class EnableCommand extends VcenterCommand {
    private static final Duration POLL = Duration.ofMillis(100);

    @Option(
            names = "--spec",
            paramLabel = "FILE",
            description = "The enable specification of vCenter's API (7.0.1), JSON or YAML (default: the lab's own).")
    private @Nullable Path spec;

    @Option(names = "--print-spec", description = "Print the specification that would be used, and change nothing.")
    private boolean printSpec;

    @Option(names = "--check", description = "Check the specification, the load balancer included, and change nothing.")
    private boolean check;

    @Option(names = "--no-wait", description = "Return when vCenter has accepted it.")
    private boolean noWait;

    @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "cluster01", description = "The vSphere cluster.")
    private String cluster = "cluster01";

    @Override
    int talk(VcenterClient vcenter, Console console) throws IOException, InterruptedException {
        JsonNode body = spec == null ? vcenter.get("/api/kantoku/default-enable-spec") : read(spec);
        if (printSpec) {
            console.result(body.toPrettyString());
            return 0;
        }
        String path = Supervisors.path(vcenter, cluster);
        vcenter.post(path + "?action=" + (check ? "check" : "enable"), body);
        if (check) {
            console.result("The specification is good.");
        } else if (!noWait) {
            follow(vcenter, path, console);
        }
        return 0;
    }

    private static JsonNode read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw CliException.failed("cannot read " + file);
        }
        return Yaml.parse(Files.readString(file)); // JSON is YAML
    }

    private static void follow(VcenterClient vcenter, String path, Console console) throws InterruptedException {
        Instant start = Instant.now();
        String shown = "";
        while (true) {
            JsonNode info = vcenter.get(path);
            String message = info.path("messages")
                    .path(0)
                    .path("details")
                    .path("default_message")
                    .asText("");
            if (!message.isEmpty() && !message.equals(shown)) {
                console.note("  " + info.path("config_status").asText() + ": " + message);
                shown = message;
            }
            if (info.path("config_status").asText().equals("RUNNING")) {
                Duration took = Duration.between(start, Instant.now());
                console.result(String.format(
                        Locale.ROOT,
                        "The Supervisor runs at %s (%.1f s).",
                        info.path("api_server_cluster_endpoint").asText(),
                        took.toMillis() / 1000.0));
                console.note("Log in to it with: kubectl vsphere login --server="
                        + info.path("api_server_cluster_endpoint").asText()
                        + vcenter.status().map(EnableCommand::port).orElse(""));
                return;
            }
            Thread.sleep(POLL); // vCenter's API has no watch
        }
    }

    /** What follows the address where the front's port is not that of HTTPS. */
    private static String port(JsonNode status) {
        int port = status.path("front_port").asInt();
        return port == 443 ? "" : ":" + port;
    }
}
