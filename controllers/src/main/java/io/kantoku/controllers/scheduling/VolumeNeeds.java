package io.kantoku.controllers.scheduling;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a pod's volumes ask of its node.
 *
 * @param reach for each bound volume that not every node can reach, the terms of which one must match the node
 * @param unbound the claims that are bound once a node is chosen
 * @param taken whether another pod has a claim that only one may have ({@code ReadWriteOncePod})
 */
record VolumeNeeds(List<List<NodeSelection.Term>> reach, List<Unbound> unbound, boolean taken) {
    static final VolumeNeeds NONE = new VolumeNeeds(List.of(), List.of(), false);

    /** A free volume that would do; without terms every node reaches it. */
    record Candidate(String name, List<NodeSelection.Term> terms) {
        boolean reaches(String node, Map<String, String> labels) {
            return VolumeNeeds.reaches(terms, node, labels);
        }
    }

    /**
     * A claim without a volume.
     *
     * @param volumes free volumes that would do, the smallest first
     * @param provisioned whether its class makes volumes
     * @param topologies where it makes them; without terms everywhere
     */
    record Unbound(List<Candidate> volumes, boolean provisioned, List<NodeSelection.Term> topologies) {}

    /** Why the volumes cannot be used on a node. */
    Refusal refusal(String node, Map<String, String> labels) {
        if (taken) {
            return Refusal.ofPods(
                    "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
                    true);
        }
        if (!reach.stream().allMatch(terms -> reaches(terms, node, labels))) {
            return Refusal.ofVolume("node(s) didn't match PersistentVolume's node affinity");
        }
        Set<String> chosen = new HashSet<>();
        for (Unbound claim : unbound) {
            boolean found = claim.volumes().stream()
                    .filter(volume -> volume.reaches(node, labels))
                    .anyMatch(volume -> chosen.add(volume.name()));
            if (!found && !(claim.provisioned() && reaches(claim.topologies(), node, labels))) {
                return Refusal.ofVolume("node(s) didn't find available persistent volumes to bind");
            }
        }
        return Refusal.NONE;
    }

    private static boolean reaches(List<NodeSelection.Term> terms, String node, Map<String, String> labels) {
        return terms.isEmpty() || terms.stream().anyMatch(term -> term.matches(node, labels));
    }
}
