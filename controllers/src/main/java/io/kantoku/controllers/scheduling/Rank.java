package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;

/**
 * How a pod stands among others when there is not room for all.
 *
 * @param priority of its priority class
 * @param preempts whether it may take the place of pods with less priority ({@code preemptionPolicy})
 * @param started when it started, or was created: RFC 3339, so that the earlier sorts first
 * @param nominated the node that is being cleared for it, {@code ""} for none
 * @param deleting whether it is on its way out
 * @param preempted whether that is because of another pod
 */
record Rank(int priority, boolean preempts, String started, String nominated, boolean deleting, boolean preempted) {
    static final String PREEMPTED = "PreemptionByScheduler";

    static Rank of(KubeObject pod) {
        String started = pod.text("status", "startTime");
        boolean preempted = false;
        for (JsonNode condition : pod.at("status", "conditions")) {
            preempted |= condition.path("type").asText().equals("DisruptionTarget")
                    && condition.path("status").asText().equals("True")
                    && condition.path("reason").asText().equals(PREEMPTED);
        }
        return new Rank(
                pod.at("spec", "priority").asInt(0),
                !pod.text("spec", "preemptionPolicy").equals("Never"),
                started.isEmpty() ? pod.text("metadata", "creationTimestamp") : started,
                pod.text("status", "nominatedNodeName"),
                pod.deleting(),
                pod.deleting() && preempted);
    }
}
