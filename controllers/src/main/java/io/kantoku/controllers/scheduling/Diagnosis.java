package io.kantoku.controllers.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Why no node takes a pod.
 *
 * @param nodes how many nodes there are
 * @param whole what stands in the way whatever the node, {@code ""} for nothing
 * @param refusals by node
 */
record Diagnosis(int nodes, String whole, Map<String, Refusal> refusals) {
    static final String NO_NODES = "no nodes available to schedule pods";

    Diagnosis {
        refusals = new TreeMap<>(refusals);
    }

    /** For example {@code 0/4 nodes are available: 1 Insufficient cpu, 3 node(s) were unschedulable.} */
    String message() {
        if (nodes == 0) {
            return NO_NODES;
        }
        return whole.isEmpty()
                ? histogram(
                        nodes, refusals.values().stream().map(Refusal::reasons).toList())
                : "0/" + nodes + " nodes are available: " + whole + ".";
    }

    /** Counts reasons, in the order of the text that comes out. */
    static String histogram(int nodes, Collection<List<String>> reasons) {
        Map<String, Integer> counts = new HashMap<>();
        reasons.forEach(list -> list.forEach(reason -> counts.merge(reason, 1, Integer::sum)));
        List<String> parts = new ArrayList<>();
        counts.forEach((reason, count) -> parts.add(count + " " + reason));
        parts.sort(null);
        return "0/" + nodes + " nodes are available: " + String.join(", ", parts) + ".";
    }

    /** What may end it. */
    Set<Cause> causes() {
        if (!whole.isEmpty()) {
            return EnumSet.of(Cause.VOLUME);
        }
        Set<Cause> causes = EnumSet.of(Cause.NODE);
        refusals.values().forEach(refusal -> causes.addAll(refusal.causes()));
        return causes;
    }
}
