package io.kantoku.controllers;

import io.kantoku.client.ControllerSettings;
import java.time.Duration;
import java.util.Set;

/**
 * How the controllers run.
 *
 * @param settings clock, threads and randomness
 * @param certificates the CA bundles that are published in each namespace
 * @param nodeGrace how long a node may leave its lease without renewal before it counts as unreachable
 * @param disabled names of controllers that are not to run
 */
public record ControllerOptions(
        ControllerSettings settings, ClusterCertificates certificates, Duration nodeGrace, Set<String> disabled) {
    public ControllerOptions {
        disabled = Set.copyOf(disabled);
    }

    /** All controllers, with upstream's patience of 40 s. */
    public static ControllerOptions standard(ClusterCertificates certificates) {
        return new ControllerOptions(ControllerSettings.standard(), certificates, Duration.ofSeconds(40), Set.of());
    }

    public ControllerOptions nodeGrace(Duration grace) {
        return new ControllerOptions(settings, certificates, grace, disabled);
    }

    public ControllerOptions settings(ControllerSettings newSettings) {
        return new ControllerOptions(newSettings, certificates, nodeGrace, disabled);
    }

    public ControllerOptions without(String... names) {
        return new ControllerOptions(settings, certificates, nodeGrace, Set.of(names));
    }
}
