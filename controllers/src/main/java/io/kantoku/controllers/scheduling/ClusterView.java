package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Pods;
import java.util.ArrayList;
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
    private final Set<String> deleted = new HashSet<>();
    private boolean primed;
    private int next;

    private record Seen(String node, long version) {}

    /** Takes in what lists have found, but nothing older than what the subscriptions have told meanwhile. */
    synchronized void prime(List<KubeObject> listedNodes, List<KubeObject> listedPods) {
        listedNodes.forEach(this::node);
        listedPods.forEach(this::pod);
        primed = true;
        deleted.clear();
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
            return;
        }
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
        remove(pod.uid());
    }

    /** Chooses a node and counts the pod as running there from now on. */
    synchronized Placement place(PodState pod) {
        Placement placement = Placer.place(pod, nodes.values(), next);
        if (placement instanceof Placement.On(var node)) {
            put(pod.on(node), 0);
            next += Math.max(1, Placer.enough(nodes.size()));
        }
        return placement;
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

    /** The nodes as they are, for tests. */
    synchronized List<NodeState> nodes() {
        return new ArrayList<>(nodes.values());
    }
}
