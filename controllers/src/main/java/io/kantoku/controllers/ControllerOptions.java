package io.kantoku.controllers;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.ControllerSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * How the controllers run.
 *
 * @param settings clock, threads and randomness
 * @param certificates the CA bundles that are published in each namespace
 * @param authorities the authorities that sign certificates of each cluster
 * @param podCidr each cluster's pod network, of which nodes get blocks; {@code ""} for none
 * @param minors the minor of each cluster's Kubernetes release, for what releases do differently
 * @param nodeGrace how long a node may leave its lease without renewal before it counts as unreachable
 * @param disabled names of controllers that are not to run
 */
public record ControllerOptions(
        ControllerSettings settings,
        ClusterCertificates certificates,
        ClusterAuthorities authorities,
        Function<ClusterId, String> podCidr,
        ToIntFunction<ClusterId> minors,
        Duration nodeGrace,
        Set<String> disabled) {
    public ControllerOptions {
        disabled = Set.copyOf(disabled);
    }

    /** All controllers, with upstream's patience of 40 s. */
    public static ControllerOptions standard(ClusterCertificates certificates) {
        return new ControllerOptions(
                ControllerSettings.standard(),
                certificates,
                _ -> Optional.empty(),
                _ -> "",
                _ -> Integer.MAX_VALUE,
                Duration.ofSeconds(40),
                Set.of());
    }

    public ControllerOptions nodeGrace(Duration grace) {
        return new ControllerOptions(settings, certificates, authorities, podCidr, minors, grace, disabled);
    }

    public ControllerOptions authorities(ClusterAuthorities newAuthorities) {
        return new ControllerOptions(settings, certificates, newAuthorities, podCidr, minors, nodeGrace, disabled);
    }

    public ControllerOptions podCidr(Function<ClusterId, String> newPodCidr) {
        return new ControllerOptions(settings, certificates, authorities, newPodCidr, minors, nodeGrace, disabled);
    }

    public ControllerOptions minors(ToIntFunction<ClusterId> newMinors) {
        return new ControllerOptions(settings, certificates, authorities, podCidr, newMinors, nodeGrace, disabled);
    }

    public ControllerOptions settings(ControllerSettings newSettings) {
        return new ControllerOptions(newSettings, certificates, authorities, podCidr, minors, nodeGrace, disabled);
    }

    public ControllerOptions without(String... names) {
        return new ControllerOptions(settings, certificates, authorities, podCidr, minors, nodeGrace, Set.of(names));
    }
}
