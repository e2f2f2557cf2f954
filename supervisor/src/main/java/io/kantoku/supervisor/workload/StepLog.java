package io.kantoku.supervisor.workload;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Goes through the steps of one piece of work, from the first on, up to the one that has to wait, and knows how each stands. Used by
 * the thread that does the work.
 */
final class StepLog {
    /** A step's names, and what to do when it does not get on. */
    record Plan(String id, String name, String todo) {}

    private final InstantSource clock;
    private final Map<String, Plan> plans = new LinkedHashMap<>();
    private final Map<String, Step> steps = new LinkedHashMap<>();

    StepLog(InstantSource clock, List<Plan> plans) {
        this.clock = clock;
        for (Plan plan : plans) {
            this.plans.put(plan.id(), plan);
            steps.put(plan.id(), Step.pending(plan.id(), plan.name()));
        }
    }

    /**
     * Does a step.
     *
     * @param work returns what it waits for; nothing when it is done
     * @return what the work returned
     */
    Optional<String> run(String id, Supplier<Optional<String>> work) {
        Step before = step(id);
        if (before.state() == Step.State.PENDING) {
            set(before.in(Step.State.RUNNING, "", "", clock.instant()));
        }
        Optional<String> waiting;
        boolean returned = false;
        try {
            waiting = work.get();
            returned = true;
        } finally {
            if (!returned) {
                set(step(id).in(Step.State.FAILED, "", todo(id), clock.instant()));
            }
        }
        set(
                waiting.isPresent()
                        ? step(id).in(Step.State.RUNNING, waiting.get(), todo(id), clock.instant())
                        : step(id).in(Step.State.DONE, "", "", clock.instant()));
        return waiting;
    }

    /** Gives the step that failed its reason. */
    void failed(String reason) {
        steps.replaceAll((id, step) -> step.state() == Step.State.FAILED
                ? step.in(Step.State.FAILED, reason, todo(id), clock.instant())
                : step);
    }

    List<Step> steps() {
        return new ArrayList<>(steps.values());
    }

    private String todo(String id) {
        Plan plan = plans.get(id);
        return plan == null ? "" : plan.todo();
    }

    private Step step(String id) {
        Step step = steps.get(id);
        if (step == null) {
            throw new IllegalArgumentException("there is no step " + id);
        }
        return step;
    }

    private void set(Step step) {
        steps.put(step.id(), step);
    }
}
