package io.kantoku.controllers.nodes;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Taint;
import io.kantoku.controllers.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which pods a node's NoExecute taints drive away.
 *
 * @param evict those whose time is up
 * @param recheck until the next one's time is up; zero when none waits
 */
record EvictionPlan(List<KubeObject> evict, Duration recheck) {
    static EvictionPlan plan(List<Taint> taints, List<KubeObject> pods, Instant now) {
        List<Taint> executing = taints.stream()
                .filter(taint -> taint.effect().equals("NoExecute"))
                .toList();
        List<KubeObject> evict = new ArrayList<>();
        Duration recheck = Duration.ZERO;
        if (!executing.isEmpty()) {
            for (KubeObject pod : pods) {
                Optional<Instant> end = pod.deleting() ? Optional.empty() : end(executing, Toleration.of(pod), now);
                if (end.isPresent()) {
                    Duration left = Duration.between(now, end.get());
                    if (left.isPositive()) {
                        recheck = recheck.isZero() || left.compareTo(recheck) < 0 ? left : recheck;
                    } else {
                        evict.add(pod);
                    }
                }
            }
        }
        return new EvictionPlan(evict, recheck);
    }

    /** When a pod must leave; empty when it may stay. The shortest of its tolerations counts. */
    private static Optional<Instant> end(List<Taint> taints, List<Toleration> tolerations, Instant now) {
        Optional<Instant> end = Optional.empty();
        for (Taint taint : taints) {
            List<Toleration> used =
                    tolerations.stream().filter(t -> t.tolerates(taint)).toList();
            if (used.isEmpty()) {
                return Optional.of(now);
            }
            Optional<Long> seconds =
                    used.stream().map(Toleration::seconds).filter(s -> s >= 0).min(Long::compare);
            if (seconds.isPresent()) {
                Instant until = Timestamps.parse(taint.timeAdded()).orElse(now).plusSeconds(seconds.get());
                end = end.isEmpty() || until.isBefore(end.get()) ? Optional.of(until) : end;
            }
        }
        return end;
    }
}
