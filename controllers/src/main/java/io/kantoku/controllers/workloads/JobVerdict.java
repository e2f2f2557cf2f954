package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Whether a Job has failed or succeeded, as the condition that announces it, with upstream's reasons and words. Pure. */
final class JobVerdict {
    private JobVerdict() {}

    /** @param left until the deadline, which has passed when it is zero */
    static Optional<Condition> failure(KubeObject job, JobState state, List<KubeObject> pods, Duration left) {
        if (!state.verdict().isEmpty()) {
            return failed("PodFailurePolicy", state.verdict());
        }
        boolean suspended = job.at("spec", "suspend").asBoolean();
        if (!suspended && job.at("spec").has("activeDeadlineSeconds") && !left.isPositive()) {
            return failed("DeadlineExceeded", "Job was active longer than specified deadline");
        }
        boolean perIndex = job.at("spec", "backoffLimitPerIndex").isNumber();
        JsonNode limit = job.at("spec", "backoffLimit");
        int allowed = limit.isNumber() ? limit.asInt() : perIndex ? Integer.MAX_VALUE : 6;
        boolean restarts = job.text("spec", "template", "spec", "restartPolicy").equals("OnFailure");
        int restarted = restarts
                ? pods.stream()
                        .filter(pod -> Pods.phase(pod).equals("Running")
                                || Pods.phase(pod).equals("Pending"))
                        .mapToInt(Pods::restarts)
                        .sum()
                : 0;
        if (state.failed() > allowed || (restarts && restarted > 0 && (allowed == 0 || restarted >= allowed))) {
            return failed("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        return perIndex ? indexes(job, state) : Optional.empty();
    }

    private static Optional<Condition> indexes(KubeObject job, JobState state) {
        int failed = state.failedIndexes().cardinality();
        JsonNode most = job.at("spec", "maxFailedIndexes");
        if (most.isNumber() && failed > most.asInt()) {
            return failed(
                    "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }
        if (failed > 0 && failed + state.completed().cardinality() >= JobState.completions(job)) {
            return failed("FailedIndexes", "Job has failed indexes");
        }
        return Optional.empty();
    }

    private static Optional<Condition> failed(String reason, String message) {
        return Optional.of(Condition.isTrue("FailureTarget", reason, message));
    }

    static Optional<Condition> success(KubeObject job, JobState state) {
        Optional<Integer> rule = successRule(job, state);
        if (rule.isPresent()) {
            return Optional.of(
                    Condition.isTrue("SuccessCriteriaMet", "SuccessPolicy", "Matched rules at index " + rule.get()));
        }
        JsonNode completions = job.at("spec", "completions");
        boolean queue = completions.isMissingNode() || completions.isNull();
        boolean complete =
                queue ? state.succeeded() > 0 && state.active().isEmpty() : state.succeeded() >= completions.asInt();
        return complete
                ? Optional.of(Condition.isTrue(
                        "SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods"))
                : Optional.empty();
    }

    /** The first rule of {@code successPolicy} that is met. */
    private static Optional<Integer> successRule(KubeObject job, JobState state) {
        JsonNode rules = job.at("spec", "successPolicy", "rules");
        for (int i = 0; i < rules.size(); i++) {
            JsonNode rule = rules.get(i);
            BitSet wanted = new BitSet();
            if (rule.has("succeededIndexes")) {
                wanted = JobIndexes.parse(rule.path("succeededIndexes").asText(), JobState.completions(job));
            } else {
                wanted.set(0, JobState.completions(job));
            }
            BitSet met = (BitSet) wanted.clone();
            met.and(state.completed());
            int count = rule.path("succeededCount").asInt(wanted.cardinality());
            if (met.cardinality() >= count && count > 0) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }
}
