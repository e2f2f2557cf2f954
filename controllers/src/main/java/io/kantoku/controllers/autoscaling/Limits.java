package io.kantoku.controllers.autoscaling;

import io.kantoku.client.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntBinaryOperator;

/**
 * What becomes of a recommended number of replicas: recent recommendations are taken into account, then the policies of how fast
 * the number may change, then its bounds.
 *
 * @param replicas what the target gets
 * @param ableToScale whether an earlier recommendation was followed
 * @param scalingLimited whether a bound or a policy was met
 */
record Limits(int replicas, Condition ableToScale, Condition scalingLimited) {
    static final String ABLE = "AbleToScale";
    private static final String LIMITED = "ScalingLimited";

    /** @param least the smallest number, {@code most} the largest */
    static Limits of(
            int current,
            int recommended,
            int least,
            int most,
            ScalingRules up,
            ScalingRules down,
            ScalingHistory history,
            Instant now) {
        Duration longest = up.window().compareTo(down.window()) > 0 ? up.window() : down.window();
        int floor = history.lowest(recommended, up.window(), now);
        int ceiling = history.highest(recommended, down.window(), now);
        history.recommend(recommended, longest, now);
        int stable = Math.min(Math.max(current, floor), ceiling);
        Condition able = stable == recommended
                ? Condition.isTrue(ABLE, "ReadyForNewScale", "recommended size matches current size")
                : recommended >= current
                        ? Condition.isTrue(
                                ABLE,
                                "ScaleUpStabilized",
                                "recent recommendations were lower than current one, applying the lowest recent"
                                        + " recommendation")
                        : Condition.isTrue(
                                ABLE,
                                "ScaleDownStabilized",
                                "recent recommendations were higher than current one, applying the highest recent"
                                        + " recommendation");
        if (stable > current) {
            int fastest = Math.max(current, upLimit(current, up, history, now));
            return stable > Math.min(most, fastest)
                    ? new Limits(
                            Math.min(most, fastest),
                            able,
                            most > fastest
                                    ? limited(
                                            "ScaleUpLimit",
                                            "the desired replica count is increasing faster than the maximum scale"
                                                    + " rate")
                                    : limited(
                                            "TooManyReplicas",
                                            "the desired replica count is more than the maximum replica count"))
                    : within(stable, able);
        }
        if (stable < current) {
            int fastest = Math.min(current, downLimit(current, down, history, now));
            return stable < Math.max(least, fastest)
                    ? new Limits(
                            Math.max(least, fastest),
                            able,
                            least < fastest
                                    ? limited(
                                            "ScaleDownLimit",
                                            "the desired replica count is decreasing faster than the maximum scale"
                                                    + " rate")
                                    : limited(
                                            "TooFewReplicas",
                                            "the desired replica count is less than the minimum replica count"))
                    : within(stable, able);
        }
        return within(stable, able);
    }

    private static Limits within(int replicas, Condition able) {
        return new Limits(
                replicas,
                able,
                Condition.isFalse(LIMITED, "DesiredWithinRange", "the desired count is within the acceptable range"));
    }

    private static Condition limited(String reason, String message) {
        return Condition.isTrue(LIMITED, reason, message);
    }

    private static int upLimit(int current, ScalingRules rules, ScalingHistory history, Instant now) {
        if (rules.select().equals("Disabled")) {
            return current;
        }
        if (rules.select().equals(ScalingRules.TWOFOLD)) {
            return Math.max(2 * current, 4);
        }
        boolean min = rules.select().equals("Min");
        IntBinaryOperator choose = min ? Math::min : Math::max;
        int result = min ? Integer.MAX_VALUE : Integer.MIN_VALUE;
        for (ScalingRules.Policy policy : rules.policies()) {
            int start =
                    current - history.addedWithin(policy.period(), now) + history.removedWithin(policy.period(), now);
            int allowed =
                    policy.percent() ? (int) Math.ceil(start * (1 + policy.value() / 100.0)) : start + policy.value();
            result = choose.applyAsInt(result, allowed);
        }
        return result;
    }

    private static int downLimit(int current, ScalingRules rules, ScalingHistory history, Instant now) {
        if (rules.select().equals("Disabled")) {
            return current;
        }
        boolean min = rules.select().equals("Min");
        IntBinaryOperator choose = min ? Math::max : Math::min;
        int result = min ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        for (ScalingRules.Policy policy : rules.policies()) {
            int start =
                    current - history.addedWithin(policy.period(), now) + history.removedWithin(policy.period(), now);
            int allowed = policy.percent() ? (int) (start * (1 - policy.value() / 100.0)) : start - policy.value();
            result = choose.applyAsInt(result, allowed);
        }
        return result;
    }
}
