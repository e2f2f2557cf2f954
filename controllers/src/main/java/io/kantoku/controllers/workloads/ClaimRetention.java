package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.Optional;

/**
 * Who owns the volume claims of a StatefulSet's pods, by {@code persistentVolumeClaimRetentionPolicy} (KEP-1847): the set, when claims go
 * with it; the pod, when it goes because the set shrinks and claims go with such pods; else nobody. Garbage collection does the
 * rest. Pure.
 */
final class ClaimRetention {
    private ClaimRetention() {}

    static boolean withSet(KubeObject set) {
        return policy(set, "whenDeleted");
    }

    static boolean whenScaled(KubeObject set) {
        return policy(set, "whenScaled");
    }

    private static boolean policy(KubeObject set, String when) {
        return set.text("spec", "persistentVolumeClaimRetentionPolicy", when).equals("Delete");
    }

    /** Whether claims that exist have to be looked at: something may own them, or has until now. */
    static boolean matters(KubeObject set) {
        return !set.at("spec", "volumeClaimTemplates").isEmpty()
                && (withSet(set)
                        || whenScaled(set)
                        || set.at("status", "observedGeneration").asLong() < set.generation());
    }

    /**
     * The claim with the owner it is to have; one that somebody else controls is left alone.
     *
     * @param pod the pod of the claim
     * @param condemned whether the pod goes because the set shrinks
     */
    static KubeObject owned(KubeObject claim, KubeObject set, Optional<KubeObject> pod, boolean condemned) {
        KubeObject next = claim.copy();
        ArrayNode owners = next.metadata().withArrayProperty("ownerReferences");
        for (int i = owners.size() - 1; i >= 0; i--) {
            String uid = owners.get(i).path("uid").asText();
            boolean ours = uid.equals(set.uid())
                    || pod.filter(found -> found.uid().equals(uid)).isPresent()
                    || isFormerPod(
                            owners.get(i).path("kind").asText(),
                            owners.get(i).path("name").asText(),
                            claim);
            if (ours) {
                owners.remove(i);
            }
        }
        if (owners.isEmpty()) {
            next.metadata().remove("ownerReferences");
        }
        if (next.controller().isPresent()) {
            return claim;
        }
        if (condemned && whenScaled(set) && pod.isPresent()) {
            next.ownedBy(pod.get());
        } else if (withSet(set)) {
            next.ownedBy(set);
        }
        return next;
    }

    /** A claim's name ends with its pod's: an earlier pod of that name may still be its owner. */
    private static boolean isFormerPod(String kind, String name, KubeObject claim) {
        return kind.equals("Pod") && claim.name().endsWith("-" + name);
    }
}
