package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Pods;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes of one cluster and what runs on them, as the scheduler needs it. Exists only while there is something to schedule;
 * filled by lists and kept up to date by the subscriptions. All methods lock the view.
 */
final class ClusterView {
    private final Map<String, NodeState> nodes = new LinkedHashMap<>();
    private final Map<String, Seen> pods = new HashMap<>();
    private final Map<String, Long> nodeVersions = new HashMap<>();
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();
    /** Pods for which room is being made on a node, by uid. */
    private final Map<String, PodState> nominated = new HashMap<>();

    private final Set<String> deleted = new HashSet<>();
    private boolean primed;
    private int next;

    private record Seen(String node, long version) {}

    /** Takes in what lists have found, but nothing older than what the subscriptions have told meanwhile. */
    synchronized void prime(
            List<KubeObject> listedNamespaces, List<KubeObject> listedNodes, List<KubeObject> listedPods) {
        listedNamespaces.forEach(namespace -> namespaces.putIfAbsent(namespace.name(), namespace.labels()));
        listedNodes.forEach(this::node);
        listedPods.forEach(this::pod);
        primed = true;
        deleted.clear();
    }

    synchronized void namespace(KubeObject namespace) {
        namespaces.put(namespace.name(), namespace.labels());
    }

    synchronized void namespaceGone(KubeObject namespace) {
        namespaces.remove(namespace.name());
    }

    synchronized void node(KubeObject node) {
        long version = version(node);
        if (!deleted.contains(node.uid()) && version >= nodeVersions.getOrDefault(node.name(), 0L)) {
            nodeVersions.put(node.name(), version);
            nodes.computeIfAbsent(node.name(), NodeState::new).update(node);
        }
    }

    synchronized void nodeGone(KubeObject node) {
        note(node);
        nodeVersions.remove(node.name());
        NodeState state = nodes.get(node.name());
        if (state != null) {
            state.gone();
            forgetIfEmpty(state);
        }
    }

    synchronized void pod(KubeObject pod) {
        if (deleted.contains(pod.uid())) {
            return;
        }
        if (Pods.nodeName(pod).isEmpty()) {
            nominate(pod);
            return;
        }
        nominated.remove(pod.uid());
        if (Pods.isTerminal(pod)) {
            remove(pod.uid());
            return;
        }
        Seen seen = pods.get(pod.uid());
        long version = version(pod);
        if (seen == null || seen.version() < version) {
            put(PodState.of(pod), version);
        }
    }

    synchronized void podGone(KubeObject pod) {
        note(pod);
        nominated.remove(pod.uid());
        remove(pod.uid());
    }

    private void nominate(KubeObject pod) {
        PodState state = PodState.of(pod);
        if (state.rank().nominated().isEmpty() || state.rank().deleting() || Pods.isTerminal(pod)) {
            nominated.remove(pod.uid());
        } else {
            nominated.put(pod.uid(), state.on(state.rank().nominated()));
        }
    }

    /** Chooses a node and counts the pod as running there from now on. */
    synchronized Placement place(PodState pod) {
        Placement placement = Placer.place(pod, nodes.values(), crowded(pod), this::labels, next);
        if (placement instanceof Placement.On(var node)) {
            put(pod.on(node), 0);
            next += Math.max(1, Placer.enough(nodes.size()));
        }
        return placement;
    }

    /** Chooses pods to make way for one that fits nowhere, and keeps their place for it. */
    synchronized Preemption.Outcome preempt(PodState pod, Diagnosis diagnosis, List<Budget> budgets) {
        Collection<NodeState> crowded = crowded(pod);
        Preemption.Outcome outcome = new Preemption(
                        pod, crowded.isEmpty() ? nodes.values() : crowded, this::labels, budgets)
                .find(diagnosis);
        if (outcome instanceof Preemption.Outcome.Victims(var node, var _)) {
            nominated.put(pod.uid(), pod.on(node));
        }
        return outcome;
    }

    /** The pods of less priority for which room is being made on the node. */
    synchronized List<PodState> nominatedBelow(int priority, String node) {
        return nominated.values().stream()
                .filter(pod -> pod.node().equals(node) && pod.priority() < priority)
                .toList();
    }

    /** The nodes with the pods that wait for room there and do not stand below this one; empty when there are none. */
    private Collection<NodeState> crowded(PodState pod) {
        List<PodState> others = nominated.values().stream()
                .filter(other ->
                        other.priority() >= pod.priority() && !other.uid().equals(pod.uid()))
                .toList();
        if (others.isEmpty()) {
            return List.of();
        }
        Map<String, NodeState> crowded = new LinkedHashMap<>(nodes);
        Set<String> copied = new HashSet<>();
        for (PodState other : others) {
            NodeState node = crowded.get(other.node());
            if (node != null) {
                NodeState own = copied.add(other.node()) ? node.copy() : node;
                own.add(other);
                crowded.put(other.node(), own);
            }
        }
        return crowded.values();
    }

    private Map<String, String> labels(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    /** The pod could not be bound to the node chosen for it. */
    synchronized void forget(PodState pod) {
        Seen seen = pods.get(pod.uid());
        if (seen != null && seen.version() == 0) {
            remove(pod.uid());
        }
    }

    private void note(KubeObject object) {
        if (!primed) {
            deleted.add(object.uid());
        }
    }

    private void put(PodState pod, long version) {
        remove(pod.uid());
        pods.put(pod.uid(), new Seen(pod.node(), version));
        nodes.computeIfAbsent(pod.node(), NodeState::new).add(pod);
    }

    private void remove(String uid) {
        Seen seen = pods.remove(uid);
        NodeState state = seen == null ? null : nodes.get(seen.node());
        if (state != null) {
            state.remove(uid);
            forgetIfEmpty(state);
        }
    }

    private void forgetIfEmpty(NodeState state) {
        if (state.empty()) {
            nodes.remove(state.name());
        }
    }

    /** Versions of one store are ordered numbers; one that is not a number counts as newest. */
    private static long version(KubeObject object) {
        try {
            return Long.parseLong(object.resourceVersion());
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    /** How many nodes there are. */
    synchronized int size() {
        return (int) nodes.values().stream().filter(NodeState::exists).count();
    }

    /** The nodes as they are, for tests. */
    synchronized List<NodeState> nodes() {
        return new ArrayList<>(nodes.values());
    }
}
