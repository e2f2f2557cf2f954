package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which pods a quota is about: its {@code scopes} and {@code scopeSelector}. */
final class QuotaScopes {
    private QuotaScopes() {}

    static boolean any(JsonNode quotaSpec) {
        return !quotaSpec.path("scopes").isEmpty()
                || !quotaSpec.path("scopeSelector").path("matchExpressions").isEmpty();
    }

    /** Whether a pod is in all scopes. */
    static boolean match(JsonNode quotaSpec, JsonNode pod) {
        for (JsonNode scope : quotaSpec.path("scopes")) {
            if (!in(scope.asText(), pod)) {
                return false;
            }
        }
        for (JsonNode expression : quotaSpec.path("scopeSelector").path("matchExpressions")) {
            if (!matches(expression, pod)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(JsonNode expression, JsonNode pod) {
        String scope = expression.path("scopeName").asText();
        if (!scope.equals("PriorityClass")) {
            return in(scope, pod);
        }
        String name = pod.path("spec").path("priorityClassName").asText();
        List<String> values = new ArrayList<>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        return switch (expression.path("operator").asText()) {
            case "In" -> values.contains(name);
            case "NotIn" -> !values.contains(name);
            case "DoesNotExist" -> name.isEmpty();
            default -> !name.isEmpty();
        };
    }

    private static boolean in(String scope, JsonNode pod) {
        JsonNode spec = pod.path("spec");
        return switch (scope) {
            case "Terminating" -> spec.hasNonNull("activeDeadlineSeconds");
            case "NotTerminating" -> !spec.hasNonNull("activeDeadlineSeconds");
            case "BestEffort" -> bestEffort(spec);
            case "NotBestEffort" -> !bestEffort(spec);
            case "PriorityClass" -> !spec.path("priorityClassName").asText().isEmpty();
            default -> false;
        };
    }

    private static boolean bestEffort(JsonNode spec) {
        return Stream.of("requests", "limits")
                .allMatch(field -> PodAmounts.of(spec, field).values().stream().allMatch(amount -> amount.isZero()));
    }
}
