package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.IntOrPercent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A Deployment with its ReplicaSets, and the arithmetic of upstream's rolling update.
 *
 * @param deployment the deployment
 * @param replicaSets those it controls, oldest first
 */
record Rollout(KubeObject deployment, List<KubeObject> replicaSets) {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";

    Rollout {
        List<KubeObject> sorted = new ArrayList<>(replicaSets);
        sorted.sort(Comparator.comparing(Rollout::created).thenComparing(KubeObject::name));
        replicaSets = List.copyOf(sorted);
    }

    /** The ReplicaSet of the present template; the oldest if there are several. */
    Optional<KubeObject> current() {
        JsonNode template = deployment.at("spec", "template");
        return replicaSets.stream()
                .filter(set -> Templates.equal(set.at("spec", "template"), template))
                .findFirst();
    }

    /** All others, oldest first. */
    List<KubeObject> old() {
        String current = current().map(KubeObject::uid).orElse("");
        return replicaSets.stream().filter(set -> !set.uid().equals(current)).toList();
    }

    int desired() {
        return ReplicaSetPlan.replicas(deployment);
    }

    boolean recreates() {
        return deployment.text("spec", "strategy", "type").equals("Recreate");
    }

    boolean paused() {
        return deployment.at("spec", "paused").asBoolean();
    }

    /** How many pods there may be beyond the desired number. */
    int maxSurge() {
        return recreates() ? 0 : IntOrPercent.resolve(update().path("maxSurge"), desired(), true, percent(true));
    }

    /** How many of the desired pods may be missing. */
    int maxUnavailable() {
        if (recreates() || desired() == 0) {
            return 0;
        }
        int value = IntOrPercent.resolve(update().path("maxUnavailable"), desired(), false, percent(false));
        // Neither more nor fewer pods would be a rollout that never moves.
        return Math.min(value == 0 && maxSurge() == 0 ? 1 : value, desired());
    }

    int minAvailable() {
        return desired() - maxUnavailable();
    }

    int maxTotal() {
        return desired() + maxSurge();
    }

    /** The size of the new ReplicaSet in the next step. */
    int newSize(int present) {
        if (recreates()) {
            return desired();
        }
        int total = sum(replicaSets, Rollout::replicas);
        if (total >= maxTotal()) {
            return present;
        }
        return present + Math.min(maxTotal() - total, desired() - present);
    }

    /** One more than the highest revision of the old ReplicaSets. */
    long nextRevision() {
        return old().stream().mapToLong(Rollout::revision).max().orElse(0) + 1;
    }

    /** Whether all pods are of the present template, available, and no others are left, as of the status. */
    boolean complete(KubeObject status) {
        return status.at("status", "updatedReplicas").asInt() == desired()
                && status.at("status", "replicas").asInt() == desired()
                && status.at("status", "availableReplicas").asInt() == desired()
                && status.at("status", "observedGeneration").asLong() >= deployment.generation();
    }

    static long revision(KubeObject object) {
        String text = object.annotations().getOrDefault(REVISION, "0");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    static int replicas(KubeObject replicaSet) {
        return ReplicaSetPlan.replicas(replicaSet);
    }

    static int count(KubeObject replicaSet, String field) {
        return replicaSet.at("status", field).asInt();
    }

    static int sum(List<KubeObject> replicaSets, java.util.function.ToIntFunction<KubeObject> value) {
        return replicaSets.stream().mapToInt(value).sum();
    }

    static Instant created(KubeObject object) {
        return Timestamps.parse(object.text("metadata", "creationTimestamp")).orElse(Instant.MAX);
    }

    private JsonNode update() {
        return deployment.at("spec", "strategy", "rollingUpdate");
    }

    /** The API's default of 25 %. */
    private int percent(boolean up) {
        return up ? (desired() + 3) / 4 : desired() / 4;
    }
}
