package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status of a Deployment: counts, and the conditions Available, Progressing and ReplicaFailure. */
final class DeploymentStatus {
    /** {@code progressDeadlineSeconds} that means "no deadline". */
    private static final int NO_DEADLINE = Integer.MAX_VALUE;

    private DeploymentStatus() {}

    /** What the last steps did, for the reason of the Progressing condition. */
    enum Progress {
        NONE,
        CREATED,
        FOUND
    }

    /** The Deployment with its new status. */
    static KubeObject of(Rollout rollout, Progress progress, Instant now) {
        KubeObject next = rollout.deployment().copy();
        List<KubeObject> all = rollout.replicaSets();
        Optional<KubeObject> current = rollout.current();
        int total = Rollout.sum(all, set -> Rollout.count(set, "replicas"));
        int available = Rollout.sum(all, set -> Rollout.count(set, "availableReplicas"));
        next.status().put("observedGeneration", rollout.deployment().generation());
        Counts.put(next, "replicas", total);
        Counts.put(
                next,
                "updatedReplicas",
                current.map(set -> Rollout.count(set, "replicas")).orElse(0));
        Counts.put(next, "readyReplicas", Rollout.sum(all, set -> Rollout.count(set, "readyReplicas")));
        Counts.put(next, "availableReplicas", available);
        Counts.put(next, "unavailableReplicas", Math.max(0, Rollout.sum(all, Rollout::replicas) - available));
        set(
                next,
                available >= rollout.minAvailable()
                        ? Condition.isTrue(
                                "Available", "MinimumReplicasAvailable", "Deployment has minimum availability.")
                        : Condition.isFalse(
                                "Available",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability."),
                now,
                false);
        progressing(rollout, next, current, progress, now);
        replicaFailure(all, next, now);
        return next;
    }

    /** The Deployment whose ReplicaSet could not be created. */
    static KubeObject failed(KubeObject deployment, String message, Instant now) {
        KubeObject next = deployment.copy();
        if (deadline(deployment) != NO_DEADLINE) {
            set(next, Condition.isFalse("Progressing", "ReplicaSetCreateError", message), now, false);
        }
        return next;
    }

    /** How long until the deadline decides, zero when nothing waits for it. */
    static Duration untilDeadline(KubeObject deployment, Instant now) {
        Optional<Condition> progressing = Conditions.find(deployment, "Progressing");
        int seconds = deadline(deployment);
        if (seconds == NO_DEADLINE
                || progressing.isEmpty()
                || deployment.at("spec", "paused").asBoolean()
                || progressing.get().reason().equals("NewReplicaSetAvailable")
                || progressing.get().reason().equals("ProgressDeadlineExceeded")) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, lastProgress(deployment, now).plusSeconds(seconds));
        // Upstream looks a second later, so that the deadline has truly passed.
        return left.isNegative() ? Duration.ofSeconds(1) : left.plusSeconds(1);
    }

    private static void progressing(
            Rollout rollout, KubeObject next, Optional<KubeObject> current, Progress progress, Instant now) {
        KubeObject before = rollout.deployment();
        Optional<Condition> present = Conditions.find(before, "Progressing");
        String name = current.map(KubeObject::name).orElse("");
        String what = name.isEmpty() ? "Deployment \"" + before.name() + "\"" : "ReplicaSet \"" + name + "\"";
        if (deadline(before) == NO_DEADLINE) {
            Conditions.remove(next, "Progressing");
            return;
        }
        if (rollout.paused()) {
            if (present.isEmpty() || !present.get().reason().equals("ProgressDeadlineExceeded")) {
                set(next, Condition.unknown("Progressing", "DeploymentPaused", "Deployment is paused"), now, false);
            }
            return;
        }
        if (present.isPresent() && present.get().reason().equals("DeploymentPaused")) {
            set(next, Condition.unknown("Progressing", "DeploymentResumed", "Deployment is resumed"), now, true);
            return;
        }
        boolean finished = present.isPresent()
                && present.get().reason().equals("NewReplicaSetAvailable")
                && next.at("status", "replicas").asInt()
                        == next.at("status", "updatedReplicas").asInt();
        switch (progress) {
            case CREATED ->
                set(
                        next,
                        Condition.isTrue(
                                "Progressing", "NewReplicaSetCreated", "Created new replica set \"" + name + "\""),
                        now,
                        true);
            case FOUND, NONE -> {
                if (rollout.complete(next)) {
                    set(
                            next,
                            Condition.isTrue(
                                    "Progressing", "NewReplicaSetAvailable", what + " has successfully progressed."),
                            now,
                            present.isEmpty() || !present.get().reason().equals("NewReplicaSetAvailable"));
                } else if (finished) {
                    return;
                } else if (progressed(before, next)) {
                    set(
                            next,
                            Condition.isTrue("Progressing", "ReplicaSetUpdated", what + " is progressing."),
                            now,
                            true);
                } else if (present.isEmpty()) {
                    set(
                            next,
                            Condition.isTrue(
                                    "Progressing", "FoundNewReplicaSet", "Found new replica set \"" + name + "\""),
                            now,
                            true);
                } else if (timedOut(before, now)) {
                    set(
                            next,
                            Condition.isFalse(
                                    "Progressing", "ProgressDeadlineExceeded", what + " has timed out progressing."),
                            now,
                            true);
                }
            }
        }
    }

    private static boolean progressed(KubeObject before, KubeObject next) {
        int oldBefore = count(before, "replicas") - count(before, "updatedReplicas");
        int oldNext = count(next, "replicas") - count(next, "updatedReplicas");
        return count(next, "updatedReplicas") > count(before, "updatedReplicas")
                || oldNext < oldBefore
                || count(next, "readyReplicas") > count(before, "readyReplicas")
                || count(next, "availableReplicas") > count(before, "availableReplicas");
    }

    private static boolean timedOut(KubeObject deployment, Instant now) {
        Optional<Condition> present = Conditions.find(deployment, "Progressing");
        if (present.isEmpty() || present.get().reason().equals("NewReplicaSetAvailable")) {
            return false;
        }
        return present.get().reason().equals("ProgressDeadlineExceeded")
                || lastProgress(deployment, now)
                        .plusSeconds(deadline(deployment))
                        .isBefore(now);
    }

    private static void replicaFailure(List<KubeObject> replicaSets, KubeObject next, Instant now) {
        for (KubeObject set : replicaSets.reversed()) {
            Optional<Condition> failure = Conditions.find(set, "ReplicaFailure");
            if (failure.isPresent()) {
                set(next, failure.get(), now, false);
                return;
            }
        }
        Conditions.remove(next, "ReplicaFailure");
    }

    /** A Deployment's conditions also say when they were last updated; {@code refresh} does so without another change. */
    private static void set(KubeObject deployment, Condition condition, Instant now, boolean refresh) {
        ArrayNode conditions = deployment.status().withArrayProperty("conditions");
        if (Conditions.set(conditions, condition, now) || refresh) {
            for (JsonNode node : conditions) {
                if (node.path("type").asText().equals(condition.type()) && node instanceof ObjectNode entry) {
                    entry.put("lastUpdateTime", Timestamps.seconds(now));
                }
            }
        }
    }

    private static Instant lastProgress(KubeObject deployment, Instant now) {
        for (JsonNode node : deployment.at("status", "conditions")) {
            if (node.path("type").asText().equals("Progressing")) {
                return Timestamps.parse(node.path("lastUpdateTime").asText()).orElse(now);
            }
        }
        return now;
    }

    private static int deadline(KubeObject deployment) {
        return deployment.at("spec", "progressDeadlineSeconds").asInt(600);
    }

    private static int count(KubeObject object, String field) {
        return object.at("status", field).asInt();
    }
}
