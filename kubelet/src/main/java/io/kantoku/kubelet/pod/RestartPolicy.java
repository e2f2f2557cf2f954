package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;

/**
 * Whether a container that has ended is started again: by the first of its own rules that fits its exit code, else by its own policy,
 * else by the pod's (KEP-5307). Pure.
 */
final class RestartPolicy {
    private RestartPolicy() {}

    static boolean restarts(KubeObject pod, PodContainer container, int exitCode) {
        for (JsonNode rule : container.json().path("restartPolicyRules")) {
            if (matches(rule.path("exitCodes"), exitCode)) {
                return rule.path("action").asText().equals("Restart");
            }
        }
        String own = container.json().path("restartPolicy").asText();
        String policy = own.isEmpty() ? pod.text("spec", "restartPolicy") : own;
        boolean failed = exitCode != 0;
        if (container.role() == PodContainer.Role.INIT) {
            return failed && !policy.equals("Never");
        }
        return policy.isEmpty() || policy.equals("Always") || (policy.equals("OnFailure") && failed);
    }

    private static boolean matches(JsonNode exitCodes, int exitCode) {
        boolean listed = false;
        for (JsonNode value : exitCodes.path("values")) {
            listed |= value.asInt() == exitCode;
        }
        return switch (exitCodes.path("operator").asText()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            default -> false;
        };
    }
}
