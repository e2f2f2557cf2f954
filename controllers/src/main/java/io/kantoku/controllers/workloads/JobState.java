package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Pods;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What has become of a Job's pods. Every pod carries a finalizer until its end has been counted, so that one that is deleted meanwhile
 * counts all the same: its uid goes to {@code status.uncountedTerminatedPods}, then the finalizer goes, then the counter rises. Pure.
 *
 * @param active pods that run or will run
 * @param terminating pods that are being deleted and have not ended
 * @param succeeded with those that are not in the status's counter yet
 * @param failed likewise
 * @param completed indexes that have a success
 * @param failedIndexes indexes that have failed for good
 * @param indexFailures how often an index has failed
 * @param uncountedSucceeded uids for the status
 * @param uncountedFailed uids for the status
 * @param counted pods whose finalizer can go once the status is written
 * @param verdict why the Job has failed by its policy; {@code ""} when it has not
 */
record JobState(
        List<KubeObject> active,
        List<KubeObject> terminating,
        int succeeded,
        int failed,
        BitSet completed,
        BitSet failedIndexes,
        Map<Integer, Integer> indexFailures,
        Set<String> uncountedSucceeded,
        Set<String> uncountedFailed,
        List<KubeObject> counted,
        String verdict) {
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";
    static final String INDEX = "batch.kubernetes.io/job-completion-index";
    static final String INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";

    static boolean indexed(KubeObject job) {
        return job.text("spec", "completionMode").equals("Indexed");
    }

    static int completions(KubeObject job) {
        return job.at("spec", "completions").asInt(0);
    }

    /** The index of a pod; empty for one that has none, or one that the Job does not have any more. */
    static Optional<Integer> index(KubeObject pod, int completions) {
        try {
            return Optional.of(Integer.parseInt(pod.annotations().getOrDefault(INDEX, "")))
                    .filter(index -> index >= 0 && index < completions);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static boolean tracked(KubeObject pod) {
        return pod.finalizers().contains(FINALIZER);
    }

    static JobState of(KubeObject job, List<KubeObject> pods) {
        Tally tally = new Tally(job);
        pods.forEach(tally::add);
        tally.flush(pods);
        return tally.state();
    }

    /** The counting itself, while it goes on. */
    private static final class Tally {
        private final KubeObject job;
        private final boolean indexed;
        private final int completions;
        private final List<KubeObject> active = new ArrayList<>();
        private final List<KubeObject> terminating = new ArrayList<>();
        private final Set<String> succeeded;
        private final Set<String> failed;
        private final BitSet completed;
        private final BitSet failedIndexes;
        private final Map<Integer, Integer> indexFailures = new HashMap<>();
        private final List<KubeObject> counted = new ArrayList<>();
        private int pastSucceeded;
        private int pastFailed;
        private String verdict = "";

        Tally(KubeObject job) {
            this.job = job;
            this.indexed = indexed(job);
            this.completions = completions(job);
            this.succeeded = uids(job, "succeeded");
            this.failed = uids(job, "failed");
            this.completed = JobIndexes.parse(job.text("status", "completedIndexes"), completions);
            this.failedIndexes = JobIndexes.parse(job.text("status", "failedIndexes"), completions);
            this.pastSucceeded = job.at("status", "succeeded").asInt();
            this.pastFailed = job.at("status", "failed").asInt();
        }

        private static Set<String> uids(KubeObject job, String field) {
            Set<String> uids = new LinkedHashSet<>();
            for (JsonNode uid : job.at("status", "uncountedTerminatedPods", field)) {
                uids.add(uid.asText());
            }
            return uids;
        }

        void add(KubeObject pod) {
            switch (Pods.phase(pod)) {
                case "Succeeded" -> succeeded(pod);
                case "Failed" -> failed(pod);
                default -> unfinished(pod);
            }
        }

        /** A pod that somebody deletes counts as failed at once, unless the Job replaces only what has failed by itself. */
        private void unfinished(KubeObject pod) {
            if (!pod.deleting()) {
                active.add(pod);
                return;
            }
            terminating.add(pod);
            boolean waits = job.text("spec", "podReplacementPolicy").equals("Failed")
                    || !job.at("spec", "podFailurePolicy").isMissingNode();
            if (tracked(pod) && !waits) {
                failed(pod);
            }
        }

        private void succeeded(KubeObject pod) {
            Optional<Integer> index = index(pod, completions);
            if (tracked(pod)) {
                counted.add(pod);
                if (!indexed) {
                    succeeded.add(pod.uid());
                }
            }
            index.ifPresent(completed::set);
        }

        private void failed(KubeObject pod) {
            JobFailures failure = JobFailures.of(job, pod);
            if (failure instanceof JobFailures.FailJob(String message)) {
                verdict = message;
            }
            boolean ignored = failure instanceof JobFailures.Ignore;
            if (tracked(pod)) {
                counted.add(pod);
                if (!ignored) {
                    failed.add(pod.uid());
                }
            }
            if (!ignored) {
                index(pod, completions).ifPresent(index -> indexFailed(pod, index, failure));
            }
        }

        private void indexFailed(KubeObject pod, int index, JobFailures failure) {
            int before = parse(pod.annotations().getOrDefault(INDEX_FAILURES, "0"));
            int failures = Math.max(indexFailures.getOrDefault(index, 0), before + 1);
            indexFailures.put(index, failures);
            JsonNode limit = job.at("spec", "backoffLimitPerIndex");
            if (failure instanceof JobFailures.FailIndex || (limit.isNumber() && failures > limit.asInt())) {
                failedIndexes.set(index);
            }
        }

        private static int parse(String number) {
            try {
                return Integer.parseInt(number);
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        /** Pods whose finalizer is gone, or that are gone themselves, move from the list of uids to the counter. */
        void flush(List<KubeObject> pods) {
            Set<String> held = new LinkedHashSet<>();
            pods.stream().filter(JobState::tracked).forEach(pod -> held.add(pod.uid()));
            pastSucceeded += move(succeeded, held);
            pastFailed += move(failed, held);
        }

        private static int move(Set<String> uncounted, Set<String> held) {
            int before = uncounted.size();
            uncounted.retainAll(held);
            return before - uncounted.size();
        }

        JobState state() {
            failedIndexes.andNot(completed);
            int good = indexed ? completed.cardinality() : pastSucceeded + succeeded.size();
            return new JobState(
                    active,
                    terminating,
                    good,
                    pastFailed + failed.size(),
                    completed,
                    failedIndexes,
                    indexFailures,
                    succeeded,
                    failed,
                    counted,
                    verdict);
        }
    }
}
