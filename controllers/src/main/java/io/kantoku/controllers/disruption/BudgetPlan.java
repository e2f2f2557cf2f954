package io.kantoku.controllers.disruption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.IntOrPercent;
import io.kantoku.controllers.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a budget allows.
 *
 * @param status the budget with its new status
 * @param recheck when a pod that was to be evicted, and was not, counts again; zero for never
 */
record BudgetPlan(KubeObject status, Duration recheck) {
    /** How long an evicted pod may go on before the eviction counts as failed. */
    private static final Duration EVICTION = Duration.ofMinutes(2);

    /** @param expected how many pods there should be, by what makes them */
    static BudgetPlan plan(KubeObject budget, List<KubeObject> pods, int expected, Instant now) {
        KubeObject next = budget.copy();
        Map<String, Instant> evicted = new HashMap<>();
        Duration recheck = evicted(budget, pods, now, evicted);
        int healthy = (int) pods.stream()
                .filter(pod -> Pods.isReady(pod) && !pod.deleting() && !evicted.containsKey(pod.name()))
                .count();
        JsonNode minimum = budget.at("spec", "minAvailable");
        JsonNode maximum = budget.at("spec", "maxUnavailable");
        int total = minimum.isIntegralNumber() ? pods.size() : expected;
        int desired = maximum.isMissingNode() || maximum.isNull()
                ? IntOrPercent.resolve(minimum, total, true, 1)
                : Math.max(0, total - IntOrPercent.resolve(maximum, total, true, 0));
        int allowed = total <= 0 ? 0 : Math.max(0, healthy - desired);
        next.status()
                .put("currentHealthy", healthy)
                .put("desiredHealthy", desired)
                .put("expectedPods", total)
                .put("disruptionsAllowed", allowed)
                .put("observedGeneration", budget.generation());
        disrupted(next, evicted);
        Conditions.set(
                next,
                new Condition(
                        "DisruptionAllowed",
                        allowed > 0 ? "True" : "False",
                        allowed > 0 ? "SufficientPods" : "InsufficientPods",
                        "",
                        budget.generation()),
                now);
        return new BudgetPlan(next, recheck);
    }

    /** The budget of which nothing can be said. */
    static KubeObject failed(KubeObject budget, String why, Instant now) {
        KubeObject next = budget.copy();
        next.status().put("disruptionsAllowed", 0).put("observedGeneration", budget.generation());
        Conditions.set(next, new Condition("DisruptionAllowed", "False", "SyncFailed", why, budget.generation()), now);
        return next;
    }

    /** Whether it matters how many pods there should be. */
    static boolean asksForScale(KubeObject budget) {
        return !budget.at("spec", "minAvailable").isIntegralNumber();
    }

    /** Pods whose eviction has been allowed and has not happened yet; how long until the first of them counts again. */
    private static Duration evicted(
            KubeObject budget, List<KubeObject> pods, Instant now, Map<String, Instant> evicted) {
        Duration recheck = Duration.ZERO;
        for (KubeObject pod : pods) {
            JsonNode entry = budget.at("status", "disruptedPods").path(pod.name());
            Instant since = Timestamps.parse(entry.asText("")).orElse(Instant.MIN);
            if (!pod.deleting()
                    && !since.equals(Instant.MIN)
                    && since.plus(EVICTION).isAfter(now)) {
                evicted.put(pod.name(), since);
                Duration left = Duration.between(now, since.plus(EVICTION));
                recheck = recheck.isZero() || left.compareTo(recheck) < 0 ? left : recheck;
            }
        }
        return recheck;
    }

    private static void disrupted(KubeObject budget, Map<String, Instant> evicted) {
        if (evicted.isEmpty()) {
            budget.status().remove("disruptedPods");
            return;
        }
        ObjectNode entries = Json.object();
        evicted.forEach((name, since) -> entries.put(name, Timestamps.seconds(since)));
        budget.status().set("disruptedPods", entries);
    }
}
