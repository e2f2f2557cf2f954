package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.List;

/** What a Job's {@code podFailurePolicy} says of a pod that failed. Pure. */
sealed interface JobFailures {
    /** It counts towards {@code backoffLimit}. */
    record Count() implements JobFailures {}

    /** It is as if it had not been. */
    record Ignore() implements JobFailures {}

    /** Its index has failed for good. */
    record FailIndex() implements JobFailures {}

    /** The Job has failed for good; the message is upstream's. */
    record FailJob(String message) implements JobFailures {}

    static JobFailures of(KubeObject job, KubeObject pod) {
        JsonNode rules = job.at("spec", "podFailurePolicy", "rules");
        for (int i = 0; i < rules.size(); i++) {
            JsonNode rule = rules.get(i);
            String why = match(pod, rule);
            if (!why.isEmpty()) {
                return switch (rule.path("action").asText()) {
                    case "Ignore" -> new Ignore();
                    case "FailIndex" -> new FailIndex();
                    case "FailJob" -> new FailJob(why + " matching FailJob rule at index " + i);
                    default -> new Count();
                };
            }
        }
        return new Count();
    }

    /** What of the pod a rule matches, in words; {@code ""} for nothing. */
    private static String match(KubeObject pod, JsonNode rule) {
        String name = pod.namespace() + "/" + pod.name();
        JsonNode codes = rule.path("onExitCodes");
        if (!codes.isMissingNode()) {
            for (String field : List.of("initContainerStatuses", "containerStatuses")) {
                for (JsonNode status : pod.at("status", field)) {
                    JsonNode ended = status.path("state").path("terminated");
                    String container = status.path("name").asText();
                    int code = ended.path("exitCode").asInt(0);
                    String wanted = codes.path("containerName").asText("");
                    if (code != 0 && (wanted.isEmpty() || wanted.equals(container)) && matches(codes, code)) {
                        return "Container " + container + " for pod " + name + " failed with exit code " + code;
                    }
                }
            }
        }
        for (JsonNode pattern : rule.path("onPodConditions")) {
            String type = pattern.path("type").asText();
            for (JsonNode condition : pod.at("status", "conditions")) {
                if (condition.path("type").asText().equals(type)
                        && condition
                                .path("status")
                                .asText()
                                .equals(pattern.path("status").asText("True"))) {
                    return "Pod " + name + " has condition " + type;
                }
            }
        }
        return "";
    }

    private static boolean matches(JsonNode codes, int code) {
        boolean listed = false;
        for (JsonNode value : codes.path("values")) {
            listed |= value.asInt() == code;
        }
        return codes.path("operator").asText().equals("In") == listed;
    }
}
