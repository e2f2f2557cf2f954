package io.kantoku.controllers.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows from a node's silence and from its conditions.
 *
 * @param node the node with its new status and taints
 * @param statusChanged whether the status is to be written
 * @param taintsChanged whether the taints are to be written
 * @param lost whether the node was ready and is not any more, so that its pods are not either
 * @param recheck when silence will be too long; zero when nothing more can happen by time
 */
record NodePlan(KubeObject node, boolean statusChanged, boolean taintsChanged, boolean lost, Duration recheck) {
    /**
     * How long a node may be silent.
     *
     * @param grace since the last sign of life
     * @param startup since its registration, for one that never reported
     */
    record Patience(Duration grace, Duration startup) {}

    private static final List<String> CONDITIONS = List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");
    private static final List<String> MANAGED = List.of(
            Taint.NOT_READY,
            Taint.UNREACHABLE,
            Taint.UNSCHEDULABLE,
            "node.kubernetes.io/memory-pressure",
            "node.kubernetes.io/disk-pressure",
            "node.kubernetes.io/pid-pressure",
            "node.kubernetes.io/network-unavailable");

    /** {@code heard} is when the node last gave a sign of life. */
    static NodePlan plan(KubeObject node, Instant heard, Patience patience, Instant now) {
        Optional<Condition> before = Conditions.find(node, "Ready");
        boolean reported = before.isPresent() && !before.get().reason().equals("NodeStatusNeverUpdated");
        Duration allowed = reported ? patience.grace() : patience.startup();
        Duration silence = Duration.between(heard, now);
        KubeObject next = node.copy();
        boolean silent = silence.compareTo(allowed) > 0;
        boolean statusChanged = silent && silence(next, now);
        boolean wasReady = before.filter(Condition::isTrue).isPresent();
        boolean lost = wasReady && !Conditions.isTrue(next, "Ready");
        boolean taintsChanged = taint(next, now);
        // One millisecond more, so that the look comes after the limit and not on it.
        Duration recheck = silent ? Duration.ZERO : allowed.minus(silence).plusMillis(1);
        return new NodePlan(next, statusChanged, taintsChanged, lost, recheck);
    }

    private static boolean silence(KubeObject node, Instant now) {
        boolean changed = false;
        for (String type : CONDITIONS) {
            Optional<Condition> present = Conditions.find(node, type);
            if (present.isEmpty()) {
                changed |= Conditions.set(
                        node,
                        Condition.unknown(type, "NodeStatusNeverUpdated", "Kubelet never posted node status."),
                        now);
            } else if (!present.get().status().equals("Unknown")) {
                changed |= Conditions.set(
                        node,
                        Condition.unknown(type, "NodeStatusUnknown", "Kubelet stopped posting node status."),
                        now);
            }
        }
        return changed;
    }

    /** Sets the taints that belong to the node's conditions and leaves all others. */
    private static boolean taint(KubeObject node, Instant now) {
        List<Taint> wanted = wanted(node);
        ArrayNode taints = Json.mapper().createArrayNode();
        boolean changed = false;
        List<Taint> missing = new ArrayList<>(wanted);
        for (var taint : node.at("spec", "taints")) {
            Taint present = new Taint(
                    taint.path("key").asText(), "", taint.path("effect").asText(), "");
            boolean managed =
                    MANAGED.contains(present.key()) && !present.effect().equals("PreferNoSchedule");
            if (managed && wanted.stream().noneMatch(present::matches)) {
                changed = true;
            } else {
                taints.add(taint.deepCopy());
                missing.removeIf(present::matches);
            }
        }
        for (Taint taint : missing) {
            changed = true;
            ObjectNode entry = taints.addObject().put("key", taint.key()).put("effect", taint.effect());
            entry.put("timeAdded", Timestamps.seconds(now));
        }
        if (changed) {
            if (taints.isEmpty()) {
                node.spec().remove("taints");
            } else {
                node.spec().set("taints", taints);
            }
        }
        return changed;
    }

    private static List<Taint> wanted(KubeObject node) {
        List<Taint> wanted = new ArrayList<>();
        if (node.at("spec", "unschedulable").asBoolean()) {
            wanted.add(Taint.noSchedule(Taint.UNSCHEDULABLE));
        }
        switch (Conditions.find(node, "Ready").map(Condition::status).orElse("")) {
            case "False" -> both(wanted, Taint.NOT_READY);
            case "Unknown" -> both(wanted, Taint.UNREACHABLE);
            // A node that has not reported yet is not ready; nothing runs there that would have to leave.
            case "" -> wanted.add(Taint.noSchedule(Taint.NOT_READY));
            default -> {}
        }
        pressure(node, "MemoryPressure", "memory-pressure", wanted);
        pressure(node, "DiskPressure", "disk-pressure", wanted);
        pressure(node, "PIDPressure", "pid-pressure", wanted);
        pressure(node, "NetworkUnavailable", "network-unavailable", wanted);
        return wanted;
    }

    private static void both(List<Taint> wanted, String key) {
        wanted.add(Taint.noSchedule(key));
        wanted.add(new Taint(key, "", "NoExecute", ""));
    }

    private static void pressure(KubeObject node, String condition, String taint, List<Taint> wanted) {
        if (Conditions.isTrue(node, condition)) {
            wanted.add(Taint.noSchedule("node.kubernetes.io/" + taint));
        }
    }
}
