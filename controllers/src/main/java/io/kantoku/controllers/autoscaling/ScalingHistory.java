package io.kantoku.controllers.autoscaling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an autoscaler has recommended and done lately. Kept in memory only, as upstream: a new process begins anew. Used by one
 * reconciliation at a time.
 */
final class ScalingHistory {
    private record Recommendation(Instant at, int replicas) {}

    private record Change(Instant at, int replicas) {}

    private final List<Recommendation> recommendations = new ArrayList<>();
    private final List<Change> added = new ArrayList<>();
    private final List<Change> removed = new ArrayList<>();

    /** The number to begin with, so that a fresh history does not remove replicas at once. */
    void begin(int replicas, Instant now) {
        if (recommendations.isEmpty()) {
            recommendations.add(new Recommendation(now, replicas));
        }
    }

    /** The lowest recommendation within the window, and this one. */
    int lowest(int recommended, Duration window, Instant now) {
        return recommendations.stream()
                .filter(past -> past.at().isAfter(now.minus(window)))
                .mapToInt(Recommendation::replicas)
                .reduce(recommended, Math::min);
    }

    /** The highest recommendation within the window, and this one. */
    int highest(int recommended, Duration window, Instant now) {
        return recommendations.stream()
                .filter(past -> past.at().isAfter(now.minus(window)))
                .mapToInt(Recommendation::replicas)
                .reduce(recommended, Math::max);
    }

    /** Notes a recommendation and forgets those older than the longer window. */
    void recommend(int replicas, Duration longest, Instant now) {
        recommendations.removeIf(past -> past.at().isBefore(now.minus(longest)));
        recommendations.add(new Recommendation(now, replicas));
    }

    /** Notes a change of the target, and forgets what no policy looks at any more. */
    void changed(int before, int after, Duration longestUp, Duration longestDown, Instant now) {
        added.removeIf(past -> past.at().isBefore(now.minus(longestUp)));
        removed.removeIf(past -> past.at().isBefore(now.minus(longestDown)));
        if (after > before) {
            added.add(new Change(now, after - before));
        } else {
            removed.add(new Change(now, before - after));
        }
    }

    int addedWithin(Duration period, Instant now) {
        return sum(added, period, now);
    }

    int removedWithin(Duration period, Instant now) {
        return sum(removed, period, now);
    }

    private static int sum(List<Change> changes, Duration period, Instant now) {
        return changes.stream()
                .filter(change -> change.at().isAfter(now.minus(period)))
                .mapToInt(Change::replicas)
                .sum();
    }
}
