package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a Job needs.
 *
 * @param create the pods to start
 * @param delete pods to end, because there are too many or the Job is over
 * @param release pods whose end has been counted once the status is written
 * @param status the Job with its new status
 * @param recheck when a deadline or the delay after a failure ends; zero for never
 */
record JobPlan(
        List<NewPod> create, List<KubeObject> delete, List<KubeObject> release, KubeObject status, Duration recheck) {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(10);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

    /**
     * A pod to start.
     *
     * @param index its completion index; negative for none
     * @param failures how often the index has failed; 0 where that is not counted
     */
    record NewPod(int index, int failures) {
        static final NewPod PLAIN = new NewPod(-1, 0);
    }

    static JobPlan plan(KubeObject job, List<KubeObject> pods, Instant now) {
        KubeObject next = job.copy();
        JobState state = JobState.of(job, pods);
        if (isFinished(job)) {
            return new JobPlan(List.of(), state.active(), pods, next, Duration.ZERO);
        }
        boolean suspended = job.at("spec", "suspend").asBoolean();
        if (!suspended && job.text("status", "startTime").isEmpty()) {
            next.status().put("startTime", Timestamps.seconds(now));
        }
        counts(next, state, suspended ? List.of() : state.active());
        Optional<Condition> verdict = verdict(job, next, state, pods, now);
        if (verdict.isPresent()) {
            return over(next, state, verdict.get(), now);
        }
        if (suspended) {
            boolean first = !Conditions.isTrue(job, "Suspended");
            Conditions.set(next, Condition.isTrue("Suspended", "JobSuspended", "Job suspended"), now);
            if (first) {
                next.status().remove("startTime");
            }
            return new JobPlan(List.of(), state.active(), state.counted(), next, Duration.ZERO);
        }
        if (Conditions.isTrue(job, "Suspended")) {
            Conditions.set(next, Condition.isFalse("Suspended", "JobResumed", "Job resumed"), now);
        }
        return size(job, next, state, pods, now);
    }

    /** The condition that announces the Job's end; what is true of it stays true. */
    private static Optional<Condition> verdict(
            KubeObject job, KubeObject next, JobState state, List<KubeObject> pods, Instant now) {
        for (String announced : List.of("FailureTarget", "SuccessCriteriaMet")) {
            Optional<Condition> known = Conditions.find(job, announced).filter(Condition::isTrue);
            if (known.isPresent()) {
                return known;
            }
        }
        Optional<Condition> failure = JobVerdict.failure(job, state, pods, untilDeadline(job, next, now));
        return failure.isPresent() ? failure : JobVerdict.success(job, state);
    }

    /** The Job is over: its pods end, and when they have and all are counted, it is said to be finished. */
    private static JobPlan over(KubeObject next, JobState state, Condition verdict, Instant now) {
        Conditions.set(next, verdict, now);
        boolean settled = state.active().isEmpty()
                && state.terminating().isEmpty()
                && state.uncountedSucceeded().isEmpty()
                && state.uncountedFailed().isEmpty();
        if (settled) {
            boolean success = verdict.type().equals("SuccessCriteriaMet");
            if (success) {
                next.status().put("completionTime", Timestamps.seconds(now));
            }
            next.status().remove("uncountedTerminatedPods");
            Conditions.set(
                    next, Condition.isTrue(success ? "Complete" : "Failed", verdict.reason(), verdict.message()), now);
        }
        return new JobPlan(List.of(), state.active(), state.counted(), next, Duration.ZERO);
    }

    private static JobPlan size(KubeObject job, KubeObject next, JobState state, List<KubeObject> pods, Instant now) {
        List<KubeObject> active = state.active();
        Duration deadline = untilDeadline(job, next, now);
        if (JobState.indexed(job)) {
            List<KubeObject> surplus = surplusIndexes(job, active);
            if (!surplus.isEmpty()) {
                return new JobPlan(List.of(), surplus, state.counted(), next, deadline);
            }
        }
        int wanted = wanted(job, state);
        if (active.size() > wanted) {
            List<KubeObject> chosen = DeletionOrder.choose(active, active, active.size() - wanted);
            return new JobPlan(List.of(), chosen, state.counted(), next, deadline);
        }
        boolean waitsForEnds = job.text("spec", "podReplacementPolicy").equals("Failed")
                || !job.at("spec", "podFailurePolicy").isMissingNode();
        int room = wanted - active.size() - (waitsForEnds ? state.terminating().size() : 0);
        Duration delay = room > 0 ? delay(pods, state, now) : Duration.ZERO;
        if (room <= 0 || delay.isPositive()) {
            return new JobPlan(List.of(), List.of(), state.counted(), next, earlier(delay, deadline));
        }
        List<NewPod> create =
                JobState.indexed(job) ? missing(job, state, room) : plain(Math.min(room, PodControl.BURST));
        return new JobPlan(create, List.of(), state.counted(), next, deadline);
    }

    private static Duration earlier(Duration one, Duration other) {
        if (one.isZero() || other.isZero()) {
            return one.isZero() ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    private static List<NewPod> plain(int count) {
        List<NewPod> pods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pods.add(NewPod.PLAIN);
        }
        return pods;
    }

    /** How many pods shall run at once. */
    private static int wanted(KubeObject job, JobState state) {
        int parallelism = job.at("spec", "parallelism").asInt(1);
        JsonNode completions = job.at("spec", "completions");
        if (completions.isMissingNode() || completions.isNull()) {
            // A work queue: no new pods once one has succeeded.
            return state.succeeded() > 0 ? Math.min(state.active().size(), parallelism) : parallelism;
        }
        int over = state.succeeded()
                + (JobState.indexed(job) ? state.failedIndexes().cardinality() : 0);
        return Math.min(parallelism, Math.max(0, completions.asInt() - over));
    }

    /** Pods without an index that the Job has, and second pods of one index. */
    private static List<KubeObject> surplusIndexes(KubeObject job, List<KubeObject> active) {
        BitSet seen = new BitSet();
        List<KubeObject> surplus = new ArrayList<>();
        for (KubeObject pod : active) {
            Optional<Integer> index = JobState.index(pod, JobState.completions(job));
            if (index.isEmpty() || seen.get(index.get())) {
                surplus.add(pod);
            } else {
                seen.set(index.get());
            }
        }
        return surplus;
    }

    /** The lowest indexes that have neither ended nor a pod. */
    private static List<NewPod> missing(KubeObject job, JobState state, int room) {
        int completions = JobState.completions(job);
        BitSet taken = new BitSet();
        taken.or(state.completed());
        taken.or(state.failedIndexes());
        state.active().forEach(pod -> JobState.index(pod, completions).ifPresent(taken::set));
        if (job.text("spec", "podReplacementPolicy").equals("Failed")) {
            state.terminating().forEach(pod -> JobState.index(pod, completions).ifPresent(taken::set));
        }
        List<NewPod> pods = new ArrayList<>();
        for (int index = taken.nextClearBit(0);
                index < completions && pods.size() < Math.min(room, PodControl.BURST);
                index = taken.nextClearBit(index + 1)) {
            pods.add(new NewPod(index, state.indexFailures().getOrDefault(index, 0)));
        }
        return pods;
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

    private static void counts(KubeObject job, JobState state, List<KubeObject> active) {
        boolean indexed = JobState.indexed(job);
        Counts.put(job, "active", active.size());
        job.status().put("ready", (int) active.stream().filter(Pods::isReady).count());
        job.status().put("terminating", state.terminating().size());
        Counts.put(
                job,
                "succeeded",
                indexed
                        ? state.succeeded()
                        : state.succeeded() - state.uncountedSucceeded().size());
        Counts.put(job, "failed", state.failed() - state.uncountedFailed().size());
        ObjectNode uncounted = job.status().putObject("uncountedTerminatedPods");
        list(uncounted, "succeeded", state.uncountedSucceeded());
        list(uncounted, "failed", state.uncountedFailed());
        if (indexed) {
            text(job, "completedIndexes", JobIndexes.text(state.completed()));
            if (job.at("spec", "backoffLimitPerIndex").isNumber()) {
                job.status().put("failedIndexes", JobIndexes.text(state.failedIndexes()));
            }
        }
    }

    private static void list(ObjectNode uncounted, String field, Set<String> uids) {
        if (!uids.isEmpty()) {
            ArrayNode list = uncounted.putArray(field);
            uids.forEach(list::add);
        }
    }

    private static void text(KubeObject job, String field, String text) {
        if (text.isEmpty()) {
            job.status().remove(field);
        } else {
            job.status().put(field, text);
        }
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

    /** After failures the next pod waits: ten seconds, doubling, counted from the last failure; a success in between ends that. */
    private static Duration delay(List<KubeObject> pods, JobState state, Instant now) {
        Instant lastFailure = Instant.MIN;
        Instant lastSuccess = Instant.MIN;
        for (KubeObject pod : pods) {
            if (Pods.isTerminal(pod)) {
                Instant end = ended(pod).orElse(now);
                if (Pods.phase(pod).equals("Failed")) {
                    lastFailure = end.isAfter(lastFailure) ? end : lastFailure;
                } else {
                    lastSuccess = end.isAfter(lastSuccess) ? end : lastSuccess;
                }
            }
        }
        if (state.failed() == 0 || lastFailure.equals(Instant.MIN) || lastSuccess.isAfter(lastFailure)) {
            return Duration.ZERO;
        }
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(state.failed() - 1, 10));
        delay = delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
        Duration left = Duration.between(now, lastFailure.plus(delay));
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
}
