package io.kantoku.vsphere.library;

import java.util.UUID;

/**
 * A library of images.
 *
 * @param subscriptionUrl where a subscribed library comes from; {@code ""} for a local one
 */
public record ContentLibrary(UUID id, String name, Type type, String subscriptionUrl) {
    /** Whether the library's content is its own. */
    public enum Type {
        LOCAL,
        SUBSCRIBED
    }
}
