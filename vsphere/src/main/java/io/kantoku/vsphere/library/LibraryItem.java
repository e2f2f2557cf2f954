package io.kantoku.vsphere.library;

import java.util.Optional;
import java.util.UUID;

/**
 * An image in a library.
 *
 * @param name the image name, for example {@code ob-18407322-kantoku-k8s-v1.18.5---kantoku.1}
 * @param type the format; {@code ovf} for machine images
 * @param version the revision of the item's content
 * @param sizeBytes 0 when the content is not stored
 * @param cached whether the content is here
 */
public record LibraryItem(
        UUID id, UUID library, String name, String type, String version, long sizeBytes, boolean cached) {
    /** The Kubernetes release that the image holds, if it is one of a node. */
    public Optional<Release> release() {
        return Release.ofImageName(name);
    }
}
