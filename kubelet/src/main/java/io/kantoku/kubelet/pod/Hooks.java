package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/** Runs the hooks of a container's life. */
final class Hooks {
    private Hooks() {}

    /** Blocks until the hook has ended; why it failed, or empty. */
    static Optional<String> run(
            PodHost host, JsonNode hook, PodContainer container, String id, String podIp, Duration limit) {
        if (hook.has("sleep")) {
            try {
                Duration wanted =
                        Duration.ofSeconds(hook.path("sleep").path("seconds").asLong());
                Thread.sleep(wanted.compareTo(limit) < 0 ? wanted : limit);
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        }
        return host.probes().hook(hook, container.json(), id, podIp, limit);
    }
}
