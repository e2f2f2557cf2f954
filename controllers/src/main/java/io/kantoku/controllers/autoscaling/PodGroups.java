package io.kantoku.controllers.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pods of an autoscaler by what their metrics are worth.
 *
 * @param ready how many have metrics that count
 * @param unready pods that have not begun to work, whose metrics would mislead
 * @param missing pods without metrics
 * @param ignored pods that have failed or go away
 */
record PodGroups(int ready, Set<String> unready, Set<String> missing, Set<String> ignored) {
    private static final Duration INITIALIZATION = Duration.ofMinutes(5);
    private static final Duration INITIAL_READINESS_DELAY = Duration.ofSeconds(30);

    /** @param cpu whether the metric is of the processor, which pods use differently while they start */
    static PodGroups of(List<KubeObject> pods, Map<String, PodMetric> metrics, boolean cpu, Instant now) {
        int ready = 0;
        Set<String> unready = new HashSet<>();
        Set<String> missing = new HashSet<>();
        Set<String> ignored = new HashSet<>();
        for (KubeObject pod : pods) {
            PodMetric metric = metrics.get(pod.name());
            if (pod.deleting() || Pods.phase(pod).equals("Failed")) {
                ignored.add(pod.name());
            } else if (Pods.phase(pod).equals("Pending")) {
                unready.add(pod.name());
            } else if (metric == null) {
                missing.add(pod.name());
            } else if (cpu && isUnready(pod, metric, now)) {
                unready.add(pod.name());
            } else {
                ready++;
            }
        }
        return new PodGroups(ready, unready, missing, ignored);
    }

    private static boolean isUnready(KubeObject pod, PodMetric metric, Instant now) {
        Optional<Instant> started = Timestamps.parse(pod.text("status", "startTime"));
        for (JsonNode condition : pod.at("status", "conditions")) {
            if (condition.path("type").asText().equals("Ready") && started.isPresent()) {
                boolean notReady = condition.path("status").asText().equals("False");
                Instant since = Timestamps.parse(
                                condition.path("lastTransitionTime").asText())
                        .orElse(Instant.EPOCH);
                return started.get().plus(INITIALIZATION).isAfter(now)
                        ? notReady || metric.taken().isBefore(since.plus(metric.window()))
                        : notReady
                                && started.get().plus(INITIAL_READINESS_DELAY).isAfter(since);
            }
        }
        return true;
    }
}
