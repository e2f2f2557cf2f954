package io.kantoku.apiserver.registry;

import java.util.List;
import java.util.Optional;

/**
 * Where a kind keeps what its {@code scale} subresource shows.
 *
 * @param replicas the number wanted
 * @param actual the number there is
 * @param selector the selector's text; empty when it is the object form in {@code spec.selector}
 */
public record ScalePaths(List<String> replicas, List<String> actual, Optional<List<String>> selector) {
    /** Those of Deployments and their like. */
    public static final ScalePaths WORKLOAD =
            new ScalePaths(List.of("spec", "replicas"), List.of("status", "replicas"), Optional.empty());

    public ScalePaths {
        replicas = List.copyOf(replicas);
        actual = List.copyOf(actual);
    }
}
