package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.IntOrPercent;
import io.kantoku.controllers.Pods;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rolling update of a DaemonSet: pods of older templates are replaced, as many at a time as {@code maxUnavailable} says, those
 * that do not work anyway at once; or, with {@code maxSurge} (KEP-1591), a new pod starts beside the old one, which goes when the new one
 * is available. Pure; filled node by node.
 */
final class DaemonRollout {
    private final KubeObject set;
    private final String revisionHash;
    private final Instant now;
    private final long minReady;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<KubeObject> surplus = new ArrayList<>();
    private final List<KubeObject> replaced = new ArrayList<>();
    private final List<String> surging = new ArrayList<>();

    /** The pods of a node: that of the present template and that of another. */
    private record Pair(
            String node,
            boolean runs,
            @Nullable KubeObject fresh,
            @Nullable KubeObject old) {}

    DaemonRollout(KubeObject set, String revisionHash, Instant now) {
        this.set = set;
        this.revisionHash = revisionHash;
        this.now = now;
        minReady = set.at("spec", "minReadySeconds").asLong();
    }

    /**
     * Takes in a node.
     *
     * @param runs whether a pod may start there
     * @param alive its pods that have not ended and stay
     * @param pairs whether an old and a new pod may be there together
     */
    void look(String node, boolean runs, List<KubeObject> alive, boolean pairs) {
        List<KubeObject> fresh = new ArrayList<>();
        List<KubeObject> old = new ArrayList<>();
        alive.forEach(pod -> (isFresh(pod) ? fresh : old).add(pod));
        if (pairs && surges()) {
            this.pairs.add(new Pair(node, runs, best(fresh), best(old)));
            return;
        }
        KubeObject best = best(alive);
        boolean isFresh = best != null && isFresh(best);
        this.pairs.add(new Pair(node, runs, isFresh ? best : null, isFresh ? null : best));
    }

    /** The one that runs, then the oldest, stays; the others are too many. */
    private @Nullable KubeObject best(List<KubeObject> pods) {
        List<KubeObject> sorted = new ArrayList<>(pods);
        sorted.sort(Comparator.comparing((KubeObject pod) -> Pods.nodeName(pod).isEmpty())
                .thenComparing(pod -> !Pods.isReady(pod))
                .thenComparing(Rollout::created)
                .thenComparing(KubeObject::name));
        if (sorted.size() > 1) {
            surplus.addAll(sorted.subList(1, sorted.size()));
        }
        return sorted.isEmpty() ? null : sorted.getFirst();
    }

    /** Decides which pods are replaced now. */
    void roll(int desired) {
        if (surges()) {
            surge(number("maxSurge", desired, 0));
        } else {
            replace(Math.max(1, number("maxUnavailable", desired, 1)));
        }
    }

    private void replace(int allowed) {
        int unavailable = 0;
        List<KubeObject> candidates = new ArrayList<>();
        for (Pair pair : pairs) {
            KubeObject there = pair.fresh() == null ? pair.old() : pair.fresh();
            boolean available = there != null && Pods.isAvailable(there, minReady, now);
            unavailable += pair.runs() && !available ? 1 : 0;
            if (pair.fresh() == null && there != null) {
                (available ? candidates : replaced).add(there);
            }
        }
        replaced.addAll(candidates.subList(0, Math.clamp((long) allowed - unavailable, 0, candidates.size())));
    }

    private void surge(int allowed) {
        int surged = 0;
        List<String> candidates = new ArrayList<>();
        for (Pair pair : pairs) {
            KubeObject fresh = pair.fresh();
            KubeObject old = pair.old();
            if (old == null) {
                continue;
            }
            if (fresh != null) {
                if (Pods.isAvailable(fresh, minReady, now)) {
                    replaced.add(old);
                } else {
                    surged++;
                }
            } else if (pair.runs()) {
                (Pods.isAvailable(old, minReady, now) ? candidates : surging).add(pair.node());
            }
        }
        surging.addAll(candidates.subList(0, Math.clamp((long) allowed - surged, 0, candidates.size())));
    }

    /** Second pods of a node. */
    List<KubeObject> surplus() {
        return surplus;
    }

    /** Pods that make way for new ones. */
    List<KubeObject> replaced() {
        return replaced;
    }

    /** Nodes where a new pod starts beside the old one. */
    List<String> surging() {
        return surging;
    }

    private boolean surges() {
        JsonNode surge = set.at("spec", "updateStrategy", "rollingUpdate", "maxSurge");
        return IntOrPercent.resolve(surge, 100, true, 0) > 0;
    }

    private int number(String field, int desired, int absent) {
        return IntOrPercent.resolve(set.at("spec", "updateStrategy", "rollingUpdate", field), desired, true, absent);
    }

    private boolean isFresh(KubeObject pod) {
        return revisionHash.equals(pod.labels().get(Revisions.HASH));
    }
}
