package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A PodDisruptionBudget, as preemption looks at it.
 *
 * @param allowed how many pods may be taken now
 * @param disrupted names of pods that count as taken already
 */
record Budget(String namespace, LabelSelector selector, int allowed, Set<String> disrupted) {
    static Budget of(KubeObject budget) {
        Set<String> disrupted = new HashSet<>();
        budget.at("status", "disruptedPods").properties().forEach(entry -> disrupted.add(entry.getKey()));
        return new Budget(
                budget.namespace(),
                LabelSelector.fromJson(budget.at("spec", "selector")),
                budget.at("status", "disruptionsAllowed").asInt(0),
                disrupted);
    }

    /** Which of the pods, taken one after the other, break a budget. A selector of everything protects nobody here, as upstream. */
    static Set<PodState> violations(List<PodState> pods, List<Budget> budgets) {
        int[] left = budgets.stream().mapToInt(Budget::allowed).toArray();
        Set<PodState> violating = new HashSet<>();
        for (PodState pod : pods) {
            for (int i = 0; i < left.length; i++) {
                if (budgets.get(i).protects(pod) && --left[i] < 0) {
                    violating.add(pod);
                }
            }
        }
        return violating;
    }

    private boolean protects(PodState pod) {
        return namespace.equals(pod.name().namespace())
                && !selector.isEverything()
                && selector.matches(pod.labels())
                && !disrupted.contains(pod.name().name());
    }
}
