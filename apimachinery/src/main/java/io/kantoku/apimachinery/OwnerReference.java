package io.kantoku.apimachinery;

/**
 * One entry of {@code metadata.ownerReferences}.
 *
 * @param apiVersion the owner's {@code apiVersion}
 * @param kind the owner's kind
 * @param name the owner's name, in the same namespace or cluster-scoped
 * @param uid the owner's uid
 * @param controller whether the owner is the managing controller; at most one is
 * @param blockOwnerDeletion whether a foreground deletion of the owner waits for this object
 */
public record OwnerReference(
        String apiVersion, String kind, String name, String uid, boolean controller, boolean blockOwnerDeletion) {}
