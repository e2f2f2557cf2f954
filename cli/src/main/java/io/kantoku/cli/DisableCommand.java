package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kantoku disable}: takes the Supervisor down, with everything on it. */
@Command(
        name = "disable",
        mixinStandardHelpOptions = true,
        description =
                "Disables Workload Management: removes the Supervisor with its namespaces and guest clusters, gives all"
                        + " addresses back, and waits until they are gone. It cannot be taken back.")
final class DisableCommand extends VcenterCommand {
    private static final Duration POLL = Duration.ofMillis(100);

    @Option(names = "--no-wait", description = "Return when vCenter has accepted it.")
    private boolean noWait;

    @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "cluster01", description = "The vSphere cluster.")
    private String cluster = "cluster01";

    @Override
    int talk(VcenterClient vcenter, Console console) throws InterruptedException {
        String id = Supervisors.id(vcenter, cluster);
        Instant start = Instant.now();
        vcenter.post(Supervisors.CLUSTERS + "/" + id + "?action=disable", null);
        if (noWait) {
            return 0;
        }
        String shown = "";
        for (Optional<String> status = status(vcenter, id); status.isPresent(); status = status(vcenter, id)) {
            if (!status.get().equals(shown)) {
                shown = status.get();
                console.note("  " + shown);
            }
            Thread.sleep(POLL); // vCenter's API has no watch
        }
        console.result(String.format(
                Locale.ROOT,
                "Workload Management is disabled on %s (%.1f s).",
                cluster,
                Duration.between(start, Instant.now()).toMillis() / 1000.0));
        return 0;
    }

    /** What vCenter says of the Supervisor; empty when it is gone. */
    private static Optional<String> status(VcenterClient vcenter, String id) {
        for (JsonNode supervisor : vcenter.get(Supervisors.CLUSTERS)) {
            if (supervisor.path("cluster").asText().equals(id)) {
                return Optional.of(supervisor.path("config_status").asText());
            }
        }
        return Optional.empty();
    }
}
