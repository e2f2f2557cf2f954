package io.kantoku.controllers.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast replicas may change in one direction ({@code spec.behavior.scaleUp} or {@code scaleDown}).
 *
 * @param select {@code Max}, {@code Min}, {@code Disabled} or {@link #TWOFOLD}
 * @param window over how long recommendations are compared before one is followed
 * @param tolerance the share of the target that usage may be off
 */
record ScalingRules(String select, List<Policy> policies, Duration window, double tolerance) {
    /** So many pods, or so many per cent of them, in a period. */
    record Policy(boolean percent, int value, Duration period) {}

    /** The selection of an autoscaler without {@code behavior}: at most twice as many, or four. */
    static final String TWOFOLD = "";

    private static final Duration PERIOD = Duration.ofSeconds(15);

    static ScalingRules up(JsonNode behavior) {
        if (!behavior.isObject()) {
            return new ScalingRules(TWOFOLD, List.of(), Duration.ZERO, Tolerance.USUAL);
        }
        return of(
                behavior.path("scaleUp"),
                Duration.ZERO,
                List.of(new Policy(false, 4, PERIOD), new Policy(true, 100, PERIOD)));
    }

    static ScalingRules down(JsonNode behavior) {
        return of(behavior.path("scaleDown"), Duration.ofMinutes(5), List.of(new Policy(true, 100, PERIOD)));
    }

    private static ScalingRules of(JsonNode rules, Duration window, List<Policy> usual) {
        List<Policy> policies = new ArrayList<>();
        for (JsonNode policy : rules.path("policies")) {
            policies.add(new Policy(
                    policy.path("type").asText().equals("Percent"),
                    policy.path("value").asInt(),
                    Duration.ofSeconds(policy.path("periodSeconds").asLong())));
        }
        JsonNode seconds = rules.path("stabilizationWindowSeconds");
        JsonNode tolerance = rules.path("tolerance");
        return new ScalingRules(
                rules.path("selectPolicy").asText("Max"),
                policies.isEmpty() ? usual : policies,
                seconds.isIntegralNumber() ? Duration.ofSeconds(seconds.asLong()) : window,
                tolerance.isMissingNode() || tolerance.isNull()
                        ? Tolerance.USUAL
                        : Quantity.parse(tolerance.asText()).value().doubleValue());
    }

    Duration longestPeriod() {
        return policies.stream().map(Policy::period).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
