package io.kantoku.controllers;

import io.kantoku.apimachinery.ClusterId;
import java.util.Collection;
import java.util.Optional;

/** Knows which collections a cluster serves that can be listed and whose objects can be deleted. */
public interface ServedResources {
    /** Built-in and custom resources; each group and plural once. */
    Collection<ApiResource> of(ClusterId cluster);

    /** The collection of a kind, whatever the version in which a reference names it. */
    default Optional<ApiResource> ofKind(ClusterId cluster, String group, String kind) {
        return of(cluster).stream()
                .filter(served ->
                        served.resource().group().equals(group) && served.kind().equals(kind))
                .findFirst();
    }
}
