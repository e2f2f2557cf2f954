package io.kantoku.controllers.scheduling;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Why a node does not take a pod.
 *
 * @param reasons in upstream's words; empty when the node takes the pod
 * @param helpless whether it stays so however many pods are taken from the node
 * @param causes what may end it
 */
record Refusal(List<String> reasons, boolean helpless, Set<Cause> causes) {
    static final Refusal NONE = new Refusal(List.of(), false, Set.of());

    /** One that only a change of the node ends. */
    static Refusal ofNode(String reason) {
        return new Refusal(List.of(reason), true, EnumSet.of(Cause.NODE));
    }

    /** One that also ends when pods leave the node. */
    static Refusal ofRoom(List<String> reasons, boolean helpless) {
        return new Refusal(reasons, helpless, EnumSet.of(Cause.NODE, Cause.POD_GONE));
    }

    /** One that depends on which pods run where. */
    static Refusal ofPods(String reason, boolean helpless) {
        return new Refusal(List.of(reason), helpless, EnumSet.of(Cause.NODE, Cause.POD_GONE, Cause.POD_COME));
    }

    static Refusal ofVolume(String reason) {
        return new Refusal(List.of(reason), true, EnumSet.of(Cause.NODE, Cause.VOLUME));
    }

    boolean none() {
        return reasons.isEmpty();
    }
}
