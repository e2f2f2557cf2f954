package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.Set;

/**
 * Counts {@code metadata.generation}: which kinds have one, and what raises it. Every part of an object counts but its metadata
 * and status.
 */
final class Generations {
    private static final Set<String> CORE_KINDS = Set.of("pods", "replicationcontrollers");

    /** Groups none of whose kinds counts, but for those that are named below. */
    private static final Set<String> WITHOUT = Set.of(
            "rbac.authorization.k8s.io",
            "storage.k8s.io",
            "coordination.k8s.io",
            "node.k8s.io",
            "events.k8s.io",
            "certificates.k8s.io",
            "apiregistration.k8s.io");

    private static final Set<String> WITH = Set.of("csidrivers.storage.k8s.io");
    private static final Set<String> EXCEPT = Set.of(
            "controllerrevisions.apps",
            "podsecuritypolicies.policy",
            "servicecidrs.networking.k8s.io",
            "ipaddresses.networking.k8s.io",
            "resourceclaims.resource.k8s.io",
            "resourceclaimtemplates.resource.k8s.io");

    private Generations() {}

    static boolean counts(ResourceType type) {
        String group = type.name().group();
        if (group.isEmpty()) {
            return CORE_KINDS.contains(type.name().resource());
        }
        String name = type.name().toString();
        return WITHOUT.contains(group) ? WITH.contains(name) : !EXCEPT.contains(name);
    }

    static void begin(ResourceType type, ObjectNode object) {
        if (counts(type)) {
            object.withObjectProperty("metadata").put("generation", 1);
        }
    }

    /** Sets the generation of a changed object from that of the old one. */
    static void carryOn(ResourceType type, ObjectNode object, ObjectNode old) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        long generation = old.path("metadata").path("generation").asLong(0);
        if (counts(type) && !Json.equal(content(object), content(old))) {
            generation++;
        }
        if (generation > 0) {
            metadata.put("generation", generation);
        } else {
            metadata.remove("generation");
        }
    }

    /** Deleting an object that waits for something is a change of what is wanted. */
    static void raise(ResourceType type, ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (counts(type)) {
            metadata.put("generation", metadata.path("generation").asLong(0) + 1);
        }
    }

    private static ObjectNode content(ObjectNode object) {
        ObjectNode content = Json.object();
        content.setAll(object);
        content.remove("metadata");
        content.remove("status");
        content.remove("apiVersion");
        return content;
    }
}
