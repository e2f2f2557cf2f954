package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.Taint;
import io.kantoku.controllers.Toleration;
import io.kantoku.controllers.scheduling.NodeSelection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a DaemonSet needs.
 *
 * @param create the nodes that get a pod
 * @param delete the pods that go
 * @param ended those among them that have ended, which is told as an event
 * @param status the DaemonSet with its counts
 */
record DaemonSetPlan(List<String> create, List<KubeObject> delete, List<KubeObject> ended, KubeObject status) {
    /** Taints of a node's troubles; a daemon is there to deal with them. */
    private static final List<String[]> TOLERATED = List.of(
            new String[] {Taint.NOT_READY, "NoExecute"},
            new String[] {Taint.UNREACHABLE, "NoExecute"},
            new String[] {"node.kubernetes.io/disk-pressure", "NoSchedule"},
            new String[] {"node.kubernetes.io/memory-pressure", "NoSchedule"},
            new String[] {"node.kubernetes.io/pid-pressure", "NoSchedule"},
            new String[] {Taint.UNSCHEDULABLE, "NoSchedule"});

    static DaemonSetPlan plan(
            KubeObject set,
            List<KubeObject> nodes,
            List<KubeObject> pods,
            String revisionHash,
            Predicate<String> waits,
            Instant now) {
        KubeObject sample = pod(set, "", "");
        NodeSelection selection = templateSelection(set);
        List<Toleration> tolerations = Toleration.of(sample);
        Map<String, List<KubeObject>> byNode = new HashMap<>();
        pods.forEach(pod ->
                byNode.computeIfAbsent(target(pod), _ -> new ArrayList<>()).add(pod));
        List<String> create = new ArrayList<>();
        List<KubeObject> delete = new ArrayList<>();
        List<KubeObject> ended = new ArrayList<>();
        Tally tally = new Tally(set, revisionHash, now);
        boolean rolls = !set.text("spec", "updateStrategy", "type").equals("OnDelete");
        DaemonRollout rollout = new DaemonRollout(set, revisionHash, now);
        for (KubeObject node : nodes) {
            List<KubeObject> here = byNode.getOrDefault(node.name(), List.of());
            Fate fate = fate(node, selection, tolerations, set);
            tally.count(fate, here);
            List<KubeObject> alive = settle(fate, node.name(), here, waits, create, delete, ended);
            if (fate != Fate.LEAVES) {
                rollout.look(node.name(), fate == Fate.RUNS, alive, rolls);
            }
        }
        delete.addAll(rollout.surplus());
        if (rolls) {
            rollout.roll(tally.desired);
            delete.addAll(rollout.replaced());
            create.addAll(rollout.surging());
        }
        KubeObject status = tally.status();
        return set.deleting()
                ? new DaemonSetPlan(List.of(), List.of(), List.of(), status)
                : new DaemonSetPlan(create, delete, ended, status);
    }

    /** Whether a daemon pod starts on a node, and whether one that is there may stay. */
    private enum Fate {
        RUNS,
        STAYS,
        LEAVES
    }

    private static Fate fate(KubeObject node, NodeSelection selection, List<Toleration> tolerations, KubeObject set) {
        String fixed = set.text("spec", "template", "spec", "nodeName");
        if (!fixed.isEmpty() && !fixed.equals(node.name())) {
            return Fate.LEAVES;
        }
        if (!selection.allows(node.name(), node.labels())) {
            return Fate.LEAVES;
        }
        Fate fate = Fate.RUNS;
        for (Taint taint : Taint.of(node)) {
            if (tolerations.stream().anyMatch(toleration -> toleration.tolerates(taint))) {
                continue;
            }
            switch (taint.effect()) {
                case "NoExecute" -> {
                    return Fate.LEAVES;
                }
                case "NoSchedule" -> fate = Fate.STAYS;
                default -> {}
            }
        }
        return fate;
    }

    /** Removes what has ended or may not stay, and starts a pod where there is none; the pods that are left. */
    private static List<KubeObject> settle(
            Fate fate,
            String node,
            List<KubeObject> here,
            Predicate<String> waits,
            List<String> create,
            List<KubeObject> delete,
            List<KubeObject> ended) {
        if (fate == Fate.LEAVES) {
            here.stream().filter(pod -> !pod.deleting()).forEach(delete::add);
            return List.of();
        }
        List<KubeObject> alive = new ArrayList<>();
        boolean leaving = false;
        for (KubeObject pod : here) {
            if (pod.deleting()) {
                leaving = true;
            } else if (Pods.phase(pod).equals("Failed") && waits.test(node)) {
                leaving = true; // the next attempt comes later
            } else if (Pods.isTerminal(pod)) {
                delete.add(pod);
                ended.add(pod);
                leaving = true;
            } else {
                alive.add(pod);
            }
        }
        if (alive.isEmpty() && fate == Fate.RUNS && !leaving) {
            create.add(node);
        }
        return alive;
    }

    /** A daemon pod for one node; the scheduler binds it, so that it does not start where it does not fit. */
    static KubeObject pod(KubeObject set, String node, String revisionHash) {
        KubeObject pod = Templates.pod(set, set.at("spec", "template"));
        if (!revisionHash.isEmpty()) {
            pod.label(Revisions.HASH, revisionHash);
        }
        ArrayNode tolerations = pod.spec().withArrayProperty("tolerations");
        List<Toleration> present = Toleration.of(pod);
        List<String[]> wanted = new ArrayList<>(TOLERATED);
        if (pod.at("spec", "hostNetwork").asBoolean()) {
            wanted.add(new String[] {"node.kubernetes.io/network-unavailable", "NoSchedule"});
        }
        for (String[] taint : wanted) {
            boolean there = present.stream()
                    .anyMatch(toleration -> toleration.key().equals(taint[0])
                            && toleration.effect().equals(taint[1])
                            && toleration.operator().equals("Exists"));
            if (!there) {
                tolerations
                        .addObject()
                        .put("key", taint[0])
                        .put("operator", "Exists")
                        .put("effect", taint[1]);
            }
        }
        ObjectNode affinity = pod.spec().withObjectProperty("affinity").withObjectProperty("nodeAffinity");
        ObjectNode field = affinity.putObject("requiredDuringSchedulingIgnoredDuringExecution")
                .putArray("nodeSelectorTerms")
                .addObject()
                .putArray("matchFields")
                .addObject();
        field.put("key", "metadata.name").put("operator", "In");
        field.putArray("values").add(node);
        return pod;
    }

    private static NodeSelection templateSelection(KubeObject set) {
        ObjectNode json = set.json().objectNode();
        json.set("spec", set.at("spec", "template", "spec").deepCopy());
        return NodeSelection.of(KubeObject.of(json));
    }

    /** The node a daemon pod is on or is meant for. */
    static String target(KubeObject pod) {
        if (!Pods.nodeName(pod).isEmpty()) {
            return Pods.nodeName(pod);
        }
        JsonNode terms = pod.at(
                "spec",
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution",
                "nodeSelectorTerms");
        return terms.path(0).path("matchFields").path(0).path("values").path(0).asText("");
    }

    /** Counts for the status. */
    private static final class Tally {
        final KubeObject set;
        final String revisionHash;
        final Instant now;
        final long minReady;
        int desired;
        int current;
        int misscheduled;
        int ready;
        int available;
        int updated;

        Tally(KubeObject set, String revisionHash, Instant now) {
            this.set = set;
            this.revisionHash = revisionHash;
            this.now = now;
            minReady = set.at("spec", "minReadySeconds").asLong();
        }

        void count(Fate fate, List<KubeObject> here) {
            if (fate != Fate.RUNS) {
                misscheduled += here.isEmpty() ? 0 : 1;
                return;
            }
            desired++;
            if (here.isEmpty()) {
                return;
            }
            current++;
            List<KubeObject> sorted = new ArrayList<>(here);
            sorted.sort(Comparator.comparing(KubeObject::deleting).thenComparing(Rollout::created));
            KubeObject first = sorted.getFirst();
            ready += Pods.isReady(first) ? 1 : 0;
            available += Pods.isAvailable(first, minReady, now) ? 1 : 0;
            updated += revisionHash.equals(first.labels().get(Revisions.HASH)) ? 1 : 0;
        }

        KubeObject status() {
            KubeObject next = set.copy();
            ObjectNode status = next.status();
            status.put("currentNumberScheduled", current)
                    .put("numberMisscheduled", misscheduled)
                    .put("desiredNumberScheduled", desired)
                    .put("numberReady", ready)
                    .put("observedGeneration", set.generation());
            Counts.put(next, "updatedNumberScheduled", updated);
            Counts.put(next, "numberAvailable", available);
            Counts.put(next, "numberUnavailable", desired - available);
            return next;
        }
    }
}
