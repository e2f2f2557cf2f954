package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Kinds;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.workloads.RolloutStep.Create;
import io.kantoku.controllers.workloads.RolloutStep.Forget;
import io.kantoku.controllers.workloads.RolloutStep.Refresh;
import io.kantoku.controllers.workloads.RolloutStep.Revise;
import io.kantoku.controllers.workloads.RolloutStep.Scale;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The next steps of a Deployment. Like upstream's controller it takes one kind of step at a time and decides anew when the
 * ReplicaSets have changed.
 */
final class DeploymentPlan {
    /** Annotations that belong to one object and are not copied from a Deployment to its ReplicaSets. */
    private static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            Rollout.REVISION,
            Rollout.REVISION_HISTORY,
            Rollout.DESIRED,
            Rollout.MAX,
            "deprecated.deployment.rollback.to");

    private final Rollout rollout;
    private final List<KubeObject> pods;

    private DeploymentPlan(Rollout rollout, List<KubeObject> pods) {
        this.rollout = rollout;
        this.pods = pods;
    }

    /** {@code pods} are those of the old ReplicaSets; only Recreate asks about them. */
    static List<RolloutStep> plan(Rollout rollout, List<KubeObject> pods) {
        return rollout.deployment().deleting() ? List.of() : new DeploymentPlan(rollout, pods).steps();
    }

    private List<RolloutStep> steps() {
        Optional<KubeObject> current = rollout.current();
        if (rollout.paused() || isScaling()) {
            List<RolloutStep> steps = new ArrayList<>(current.map(this::refresh).orElse(List.of()));
            List<RolloutStep> scaling =
                    proportionally(current.orElse(null) == null ? List.of() : List.of(current.get()));
            steps.addAll(scaling);
            if (rollout.paused() && scaling.isEmpty()) {
                steps.addAll(forget());
            }
            return steps;
        }
        return rollout.recreates() ? recreate(current) : rolling(current);
    }

    private List<RolloutStep> rolling(Optional<KubeObject> current) {
        if (current.isEmpty()) {
            return create(rollout.newSize(0));
        }
        KubeObject set = current.get();
        List<RolloutStep> refreshed = refresh(set);
        if (!refreshed.isEmpty()) {
            return refreshed;
        }
        int present = Rollout.replicas(set);
        int wanted = present > rollout.desired() ? rollout.desired() : rollout.newSize(present);
        if (wanted != present) {
            return List.of(scale(set, wanted));
        }
        List<RolloutStep> down = scaleOldDown(set);
        return down.isEmpty() ? forget() : down;
    }

    private List<RolloutStep> recreate(Optional<KubeObject> current) {
        List<RolloutStep> down = new ArrayList<>();
        for (KubeObject old : rollout.old()) {
            if (Rollout.replicas(old) > 0) {
                down.add(scale(old, 0));
            }
        }
        if (!down.isEmpty()) {
            return down;
        }
        if (current.isEmpty() || Rollout.replicas(current.get()) == 0) {
            boolean running = pods.stream().anyMatch(pod -> !Pods.isTerminal(pod));
            if (running) {
                return List.of();
            }
        }
        if (current.isEmpty()) {
            return create(rollout.desired());
        }
        List<RolloutStep> refreshed = refresh(current.get());
        if (!refreshed.isEmpty()) {
            return refreshed;
        }
        return Rollout.replicas(current.get()) == rollout.desired()
                ? forget()
                : List.of(scale(current.get(), rollout.desired()));
    }

    /** The old ReplicaSets give up what is not ready first, then as much as availability allows, oldest first. */
    private List<RolloutStep> scaleOldDown(KubeObject current) {
        List<KubeObject> old = rollout.old();
        int oldReplicas = Rollout.sum(old, Rollout::replicas);
        if (oldReplicas == 0) {
            return List.of();
        }
        int total = oldReplicas + Rollout.replicas(current);
        int newUnavailable = Rollout.replicas(current) - Rollout.count(current, "availableReplicas");
        int room = total - rollout.minAvailable() - newUnavailable;
        if (room <= 0) {
            return List.of();
        }
        Map<String, Integer> sizes = new java.util.LinkedHashMap<>();
        old.forEach(set -> sizes.put(set.uid(), Rollout.replicas(set)));
        int unhealthyLeft = room;
        int cleaned = 0;
        for (KubeObject set : old) {
            int size = Rollout.replicas(set);
            int available = Rollout.count(set, "availableReplicas");
            if (size == 0 || size == available || unhealthyLeft == 0) {
                continue;
            }
            int by = Math.min(unhealthyLeft, Math.max(0, size - available));
            sizes.merge(set.uid(), -by, Integer::sum);
            unhealthyLeft -= by;
            cleaned += by;
        }
        int available = Rollout.sum(rollout.replicaSets(), set -> Rollout.count(set, "availableReplicas"));
        int spare = Math.max(0, available - rollout.minAvailable());
        for (KubeObject set : old) {
            int size = sizes.getOrDefault(set.uid(), 0);
            int by = Math.min(size, spare);
            // Availability is counted before the unhealthy ones go; they did not count.
            sizes.put(set.uid(), size - by);
            spare -= by;
        }
        List<RolloutStep> steps = new ArrayList<>();
        for (KubeObject set : old) {
            int to = sizes.getOrDefault(set.uid(), 0);
            if (to != Rollout.replicas(set)) {
                steps.add(scale(set, to));
            }
        }
        return cleaned == 0 && steps.isEmpty() ? List.of() : steps;
    }

    /** Whether the Deployment's size changed since its ReplicaSets were last sized. */
    private boolean isScaling() {
        return rollout.replicaSets().stream()
                .filter(set -> Rollout.replicas(set) > 0)
                .anyMatch(set -> {
                    String noted = set.annotations().get(Rollout.DESIRED);
                    return noted != null && !noted.equals(Integer.toString(rollout.desired()));
                });
    }

    /** A new size in the middle of a rollout is shared out among the ReplicaSets by their sizes. */
    private List<RolloutStep> proportionally(List<KubeObject> current) {
        List<KubeObject> active = rollout.replicaSets().stream()
                .filter(set -> Rollout.replicas(set) > 0)
                .toList();
        if (active.size() <= 1) {
            List<KubeObject> only = active.isEmpty() ? latest(current) : active;
            return only.isEmpty() || isSized(only.getFirst(), rollout.desired())
                    ? List.of()
                    : List.of(scale(only.getFirst(), rollout.desired()));
        }
        boolean saturated = !current.isEmpty()
                && Rollout.replicas(current.getFirst()) == rollout.desired()
                && Rollout.count(current.getFirst(), "availableReplicas") == rollout.desired();
        List<RolloutStep> steps = new ArrayList<>();
        if (saturated) {
            rollout.old().stream().filter(set -> Rollout.replicas(set) > 0).forEach(set -> steps.add(scale(set, 0)));
            return steps;
        }
        if (rollout.recreates()) {
            return steps;
        }
        int total = Rollout.sum(active, Rollout::replicas);
        int toAdd = (rollout.desired() > 0 ? rollout.maxTotal() : 0) - total;
        List<KubeObject> bySize = new ArrayList<>(active);
        Comparator<KubeObject> larger =
                Comparator.comparingInt(Rollout::replicas).reversed();
        Comparator<KubeObject> age = Comparator.comparing(Rollout::created);
        bySize.sort(larger.thenComparing(toAdd > 0 ? age.reversed() : age));
        int added = 0;
        Map<String, Integer> sizes = new java.util.LinkedHashMap<>();
        for (KubeObject set : bySize) {
            int share = toAdd == 0 ? 0 : share(set, toAdd, added);
            sizes.put(set.uid(), Rollout.replicas(set) + share);
            added += share;
        }
        for (int i = 0; i < bySize.size(); i++) {
            KubeObject set = bySize.get(i);
            int size = Math.max(0, sizes.getOrDefault(set.uid(), 0) + (i == 0 ? toAdd - added : 0));
            if (!isSized(set, size)) {
                steps.add(scale(set, size));
            }
        }
        return steps;
    }

    private int share(KubeObject set, int toAdd, int added) {
        String noted = set.annotations().getOrDefault(Rollout.MAX, "");
        int formerMax = noted.isEmpty() ? rollout.desired() : Integer.parseInt(noted);
        double grown = formerMax == 0 ? 0 : (double) Rollout.replicas(set) * rollout.maxTotal() / formerMax;
        int fraction = (int) Math.round(grown) - Rollout.replicas(set);
        int allowed = toAdd - added;
        return toAdd > 0 ? Math.max(0, Math.min(fraction, allowed)) : Math.min(0, Math.max(fraction, allowed));
    }

    private List<KubeObject> latest(List<KubeObject> current) {
        if (!current.isEmpty()) {
            return current;
        }
        List<KubeObject> all = rollout.replicaSets();
        return all.isEmpty() ? List.of() : List.of(all.getLast());
    }

    private boolean isSized(KubeObject set, int size) {
        return Rollout.replicas(set) == size && sized(set, size).equals(set);
    }

    private List<RolloutStep> create(int size) {
        KubeObject deployment = rollout.deployment();
        ObjectNode template = (ObjectNode) deployment.at("spec", "template").deepCopy();
        String hash = Templates.hash(
                template, deployment.at("status", "collisionCount").asInt());
        KubeObject set = KubeObject.create(Kinds.REPLICA_SET, deployment.namespace(), deployment.name() + "-" + hash);
        template.withObjectProperty("metadata").withObjectProperty("labels").put(Templates.POD_TEMPLATE_HASH, hash);
        template.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> set.label(label.getKey(), label.getValue().asText()));
        copyAnnotations(set);
        set.ownedBy(deployment);
        ObjectNode spec = set.spec();
        spec.put("replicas", size);
        if (deployment.at("spec", "minReadySeconds").asInt() > 0) {
            spec.put("minReadySeconds", deployment.at("spec", "minReadySeconds").asInt());
        }
        ObjectNode selector = spec.putObject("selector");
        selector.setAll((ObjectNode) deployment.at("spec", "selector").deepCopy());
        selector.withObjectProperty("matchLabels").put(Templates.POD_TEMPLATE_HASH, hash);
        spec.set("template", template);
        long revision = rollout.nextRevision();
        set.annotate(Rollout.REVISION, Long.toString(revision));
        List<RolloutStep> steps = new ArrayList<>();
        steps.add(new Create(sized(set, size)));
        revise(revision).ifPresent(steps::add);
        return steps;
    }

    /** Brings what is copied from the Deployment up to date, and the revision when an old template is current again. */
    private List<RolloutStep> refresh(KubeObject set) {
        KubeObject next = set.copy();
        copyAnnotations(next);
        long revision = Rollout.revision(set);
        long wanted = rollout.nextRevision();
        if (revision < wanted) {
            if (revision > 0) {
                String history = set.annotations().getOrDefault(Rollout.REVISION_HISTORY, "");
                next.annotate(Rollout.REVISION_HISTORY, history.isEmpty() ? "" + revision : history + "," + revision);
            }
            next.annotate(Rollout.REVISION, Long.toString(wanted));
            revision = wanted;
        }
        if (!rollout.paused() && !isScaling()) {
            next = sized(next, Rollout.replicas(set));
        }
        int minReady = rollout.deployment().at("spec", "minReadySeconds").asInt();
        if (minReady != set.at("spec", "minReadySeconds").asInt()) {
            next.spec().put("minReadySeconds", minReady);
        }
        List<RolloutStep> steps = new ArrayList<>();
        if (!next.equals(set)) {
            steps.add(new Refresh(next));
        }
        revise(revision).ifPresent(steps::add);
        return steps;
    }

    private Optional<RolloutStep> revise(long revision) {
        return Rollout.revision(rollout.deployment()) == revision
                ? Optional.empty()
                : Optional.of(new Revise(revision));
    }

    private List<RolloutStep> forget() {
        int limit = rollout.deployment().at("spec", "revisionHistoryLimit").asInt(10);
        List<KubeObject> idle = new ArrayList<>(rollout.old().stream()
                .filter(set -> Rollout.replicas(set) == 0
                        && Rollout.count(set, "replicas") == 0
                        && set.generation()
                                <= set.at("status", "observedGeneration").asLong()
                        && !set.deleting())
                .toList());
        int surplus =
                rollout.old().stream().filter(set -> !set.deleting()).toList().size() - limit;
        if (surplus <= 0) {
            return List.of();
        }
        idle.sort(Comparator.comparingLong(Rollout::revision));
        return idle.stream().limit(surplus).<RolloutStep>map(Forget::new).toList();
    }

    private Scale scale(KubeObject set, int size) {
        return new Scale(sized(set, size), Rollout.replicas(set), size);
    }

    private KubeObject sized(KubeObject set, int size) {
        KubeObject next = set.copy();
        next.spec().put("replicas", size);
        next.annotate(Rollout.DESIRED, Integer.toString(rollout.desired()));
        next.annotate(Rollout.MAX, Integer.toString(rollout.maxTotal()));
        return next;
    }

    private void copyAnnotations(KubeObject set) {
        rollout.deployment().annotations().forEach((key, value) -> {
            if (!NOT_COPIED.contains(key)) {
                set.annotate(key, value);
            }
        });
    }
}
