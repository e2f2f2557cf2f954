package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;

/** When an object that is being deleted may go. */
final class Finalization {
    static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private Finalization() {}

    /** Whether deletion was asked for and nothing is waited for any more: no finalizer, no grace period. */
    static boolean isOver(ResourceType type, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong(0) == 0
                && !(type.name().equals(NAMESPACES)
                        && !object.path("spec").path("finalizers").isEmpty());
    }
}
