package io.kantoku.controllers.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for pods of less priority whose place a pod can take.
 *
 * <p>On each node that could take the pod, all pods of less priority are thought away; then, from the most important on, those
 * that break a disruption budget first, each comes back that leaves room. Of the nodes the one with the fewest broken budgets is
 * chosen, then that whose most important victim has the least priority, then the least sum of priorities, the fewest victims,
 * and the victims that started last (kube-scheduler's DefaultPreemption).
 */
final class Preemption {
    private static final int CANDIDATES = 100;
    private static final Comparator<PodState> IMPORTANCE = Comparator.comparingInt(PodState::priority)
            .reversed()
            .thenComparing(pod -> pod.rank().started())
            .thenComparing(PodState::uid);

    private final PodState pod;
    private final Collection<NodeState> nodes;
    private final Namespaces namespaces;
    private final List<Budget> budgets;
    private final boolean topological;

    /** What it comes to. */
    sealed interface Outcome {
        /** The pods to take from a node. */
        record Victims(String node, List<PodState> pods) implements Outcome {}

        /** {@code message} says why nothing is taken, in upstream's words. */
        record Nothing(String message) implements Outcome {}
    }

    private record Candidate(String node, List<PodState> victims, long violations) {
        /** The earliest start of the most important victims. */
        String started() {
            return victims.stream()
                    .filter(victim -> victim.priority() == victims.getFirst().priority())
                    .map(victim -> victim.rank().started())
                    .min(Comparator.naturalOrder())
                    .orElse("");
        }

        /** Upstream adds an offset so that many victims of negative priority weigh more than few. */
        long sum() {
            return victims.stream()
                    .mapToLong(victim -> (long) victim.priority() + Integer.MAX_VALUE + 1)
                    .sum();
        }
    }

    private static final Comparator<Candidate> MILDNESS = Comparator.comparingLong(Candidate::violations)
            .thenComparingInt(candidate -> candidate.victims().getFirst().priority())
            .thenComparingLong(Candidate::sum)
            .thenComparingInt(candidate -> candidate.victims().size())
            .thenComparing(Candidate::started, Comparator.reverseOrder())
            .thenComparing(Candidate::node);

    /** {@code nodes} hold the pods for which room is being made and that come before this one. */
    Preemption(PodState pod, Collection<NodeState> nodes, Namespaces namespaces, List<Budget> budgets) {
        this.pod = pod;
        this.nodes = nodes;
        this.namespaces = namespaces;
        this.budgets = budgets;
        topological = !pod.spread().isEmpty()
                || !pod.affinity().isEmpty()
                || !pod.antiAffinity().isEmpty()
                || nodes.stream().anyMatch(NodeState::repels);
    }

    Outcome find(Diagnosis diagnosis) {
        Optional<String> ineligible = ineligible(diagnosis);
        if (ineligible.isPresent()) {
            return new Outcome.Nothing("preemption: not eligible due to " + ineligible.get());
        }
        List<Candidate> candidates = new ArrayList<>();
        List<List<String>> reasons = new ArrayList<>();
        for (NodeState node : nodes) {
            Refusal refusal = diagnosis.refusals().get(node.name());
            if (!node.exists() || candidates.size() >= CANDIDATES) {
                continue;
            }
            if (refusal == null || refusal.helpless()) {
                reasons.add(List.of("Preemption is not helpful for scheduling"));
            } else {
                reasons.add(dryRun(node, candidates));
            }
        }
        return candidates.stream()
                .min(MILDNESS)
                .<Outcome>map(best -> new Outcome.Victims(best.node(), best.victims()))
                .orElseGet(() -> new Outcome.Nothing("preemption: " + Diagnosis.histogram(diagnosis.nodes(), reasons)));
    }

    private Optional<String> ineligible(Diagnosis diagnosis) {
        if (!pod.rank().preempts()) {
            return Optional.of("preemptionPolicy=Never.");
        }
        String nominated = pod.rank().nominated();
        Refusal refusal = diagnosis.refusals().get(nominated);
        boolean clearing = refusal != null
                && !refusal.helpless()
                && nodes.stream()
                        .filter(node -> node.name().equals(nominated))
                        .flatMap(node -> node.pods().stream())
                        .anyMatch(other -> other.priority() < pod.priority()
                                && other.rank().preempted());
        return clearing ? Optional.of("a terminating pod on the nominated node.") : Optional.empty();
    }

    /** Adds the node to the candidates, or returns why it is none. */
    private List<String> dryRun(NodeState node, List<Candidate> candidates) {
        NodeState trial = node.copy();
        List<PodState> lesser = trial.pods().stream()
                .filter(other -> other.priority() < pod.priority()
                        && other.rank().nominated().isEmpty())
                .sorted(IMPORTANCE)
                .toList();
        if (lesser.isEmpty()) {
            return List.of("No preemption victims found for incoming pod");
        }
        lesser.forEach(other -> trial.remove(other.uid()));
        Refusal refusal = refusal(trial);
        if (!refusal.none()) {
            return refusal.reasons();
        }
        Set<PodState> violating = Budget.violations(lesser, budgets);
        List<PodState> victims = new ArrayList<>();
        lesser.stream().filter(violating::contains).forEach(other -> reprieve(trial, other, victims));
        long violations = victims.size();
        lesser.stream().filter(other -> !violating.contains(other)).forEach(other -> reprieve(trial, other, victims));
        victims.sort(IMPORTANCE);
        if (!victims.isEmpty()) {
            candidates.add(new Candidate(node.name(), victims, violations));
        }
        return List.of();
    }

    private void reprieve(NodeState trial, PodState other, List<PodState> victims) {
        trial.add(other);
        if (!refusal(trial).none()) {
            trial.remove(other.uid());
            victims.add(other);
        }
    }

    private Refusal refusal(NodeState trial) {
        return topological
                ? new Fit(pod, Fit.with(nodes, trial), namespaces).refusal(trial)
                : Filters.refusal(pod, trial);
    }
}
