package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a Job needs. Pods that ended are counted as long as they exist; nothing counts those that somebody deleted.
 *
 * @param create how many pods to start
 * @param delete pods to end, because there are too many or the Job is over
 * @param status the Job with its new status
 * @param recheck when a deadline or the delay after a failure ends; zero for never
 */
record JobPlan(int create, List<KubeObject> delete, KubeObject status, Duration recheck) {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(10);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

    static JobPlan plan(KubeObject job, List<KubeObject> pods, Instant now) {
        KubeObject next = job.copy();
        if (isFinished(job)) {
            return new JobPlan(0, active(pods), next, Duration.ZERO);
        }
        boolean suspended = job.at("spec", "suspend").asBoolean();
        List<KubeObject> active = active(pods);
        int succeeded = count(pods, "Succeeded");
        int failed = count(pods, "Failed");
        if (!suspended && job.text("status", "startTime").isEmpty()) {
            next.status().put("startTime", Timestamps.seconds(now));
        }
        String trouble = trouble(job, next, pods, failed, now);
        if (!trouble.isEmpty()) {
            finish(next, Condition.isTrue("Failed", reason(trouble), trouble), now);
            counts(next, List.of(), succeeded, failed + active.size());
            return new JobPlan(0, active, next, Duration.ZERO);
        }
        if (complete(job, succeeded, active.size())) {
            next.status().put("completionTime", Timestamps.seconds(now));
            finish(
                    next,
                    Condition.isTrue("Complete", "CompletionsReached", "Reached expected number of succeeded pods"),
                    now);
            counts(next, List.of(), succeeded, failed);
            return new JobPlan(0, active, next, Duration.ZERO);
        }
        if (suspended) {
            Conditions.set(next, Condition.isTrue("Suspended", "JobSuspended", "Job suspended"), now);
            next.status().remove("startTime");
            counts(next, List.of(), succeeded, failed);
            return new JobPlan(0, active, next, Duration.ZERO);
        }
        if (Conditions.isTrue(job, "Suspended")) {
            Conditions.set(next, Condition.isFalse("Suspended", "JobResumed", "Job resumed"), now);
        }
        counts(next, active, succeeded, failed);
        return size(job, next, pods, active, succeeded, failed, now);
    }

    private static JobPlan size(
            KubeObject job,
            KubeObject next,
            List<KubeObject> pods,
            List<KubeObject> active,
            int succeeded,
            int failed,
            Instant now) {
        int parallelism = job.at("spec", "parallelism").asInt(1);
        JsonNode completions = job.at("spec", "completions");
        int wanted = completions.isMissingNode() || completions.isNull()
                // A work queue: no new pods once one has succeeded.
                ? succeeded > 0 ? active.size() : parallelism
                : Math.min(parallelism, Math.max(0, completions.asInt() - succeeded));
        Duration deadline = untilDeadline(job, next, now);
        if (active.size() > wanted) {
            return new JobPlan(0, DeletionOrder.choose(active, active, active.size() - wanted), next, deadline);
        }
        Duration delay = wanted > active.size() ? delay(pods, failed, now) : Duration.ZERO;
        if (delay.isPositive()) {
            return new JobPlan(
                    0, List.of(), next, deadline.isZero() || delay.compareTo(deadline) < 0 ? delay : deadline);
        }
        return new JobPlan(Math.min(wanted - active.size(), PodControl.BURST), List.of(), next, deadline);
    }

    static boolean isFinished(KubeObject job) {
        return Conditions.isTrue(job, "Complete") || Conditions.isTrue(job, "Failed");
    }

    /** When the Job ended; empty while it has not. */
    static Optional<Instant> finishedAt(KubeObject job) {
        for (JsonNode condition : job.at("status", "conditions")) {
            String type = condition.path("type").asText();
            if ((type.equals("Complete") || type.equals("Failed"))
                    && condition.path("status").asText().equals("True")) {
                return Timestamps.parse(condition.path("lastTransitionTime").asText());
            }
        }
        return Optional.empty();
    }

    private static String trouble(KubeObject job, KubeObject next, List<KubeObject> pods, int failed, Instant now) {
        int limit = job.at("spec", "backoffLimit").asInt(6);
        boolean restarts = job.text("spec", "template", "spec", "restartPolicy").equals("OnFailure");
        int restarted =
                restarts ? active(pods).stream().mapToInt(Pods::restarts).sum() : 0;
        if (failed > limit || (restarts && restarted > 0 && restarted >= limit)) {
            return "Job has reached the specified backoff limit";
        }
        boolean late = !job.at("spec", "suspend").asBoolean()
                && job.at("spec").has("activeDeadlineSeconds")
                && !untilDeadline(job, next, now).isPositive();
        return late ? "Job was active longer than specified deadline" : "";
    }

    private static String reason(String trouble) {
        return trouble.contains("deadline") ? "DeadlineExceeded" : "BackoffLimitExceeded";
    }

    private static boolean complete(KubeObject job, int succeeded, int active) {
        JsonNode completions = job.at("spec", "completions");
        boolean isQueue = completions.isMissingNode() || completions.isNull();
        return isQueue ? (succeeded > 0 && active == 0) : succeeded >= completions.asInt();
    }

    private static void finish(KubeObject job, Condition condition, Instant now) {
        Conditions.set(job, condition, now);
    }

    private static void counts(KubeObject job, List<KubeObject> active, int succeeded, int failed) {
        Counts.put(job, "active", active.size());
        Counts.put(job, "ready", (int) active.stream().filter(Pods::isReady).count());
        Counts.put(job, "succeeded", succeeded);
        Counts.put(job, "failed", failed);
    }

    /** Time left until {@code activeDeadlineSeconds}; zero when there is no deadline or it has passed. */
    private static Duration untilDeadline(KubeObject job, KubeObject next, Instant now) {
        if (!job.at("spec").has("activeDeadlineSeconds")) {
            return Duration.ZERO;
        }
        Instant start = Timestamps.parse(next.text("status", "startTime")).orElse(now);
        Duration left = Duration.between(
                now, start.plusSeconds(job.at("spec", "activeDeadlineSeconds").asLong()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** After failures the next pod waits: ten seconds, doubling, counted from the last failure. */
    private static Duration delay(List<KubeObject> pods, int failed, Instant now) {
        if (failed == 0) {
            return Duration.ZERO;
        }
        Instant last = pods.stream()
                .filter(pod -> Pods.phase(pod).equals("Failed"))
                .map(pod -> ended(pod).orElse(now))
                .max(Instant::compareTo)
                .orElse(now);
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(failed - 1, 10));
        delay = delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
        Duration left = Duration.between(now, last.plus(delay));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Optional<Instant> ended(KubeObject pod) {
        Instant latest = Instant.MIN;
        for (JsonNode container : pod.at("status", "containerStatuses")) {
            Instant end = Timestamps.parse(container
                            .path("state")
                            .path("terminated")
                            .path("finishedAt")
                            .asText(""))
                    .orElse(Instant.MIN);
            latest = end.isAfter(latest) ? end : latest;
        }
        return latest.equals(Instant.MIN)
                ? Timestamps.parse(pod.text("metadata", "creationTimestamp"))
                : Optional.of(latest);
    }

    private static List<KubeObject> active(List<KubeObject> pods) {
        return pods.stream().filter(Pods::isActive).toList();
    }

    private static int count(List<KubeObject> pods, String phase) {
        return (int) pods.stream().filter(pod -> Pods.phase(pod).equals(phase)).count();
    }
}
