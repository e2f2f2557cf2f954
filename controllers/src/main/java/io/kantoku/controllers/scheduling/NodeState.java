package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import io.kantoku.controllers.Taint;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the scheduler knows of a node and the pods on it. Guarded by its {@link ClusterView}. */
final class NodeState {
    /** What a pod without requests counts for, as upstream. */
    private static final long ASSUMED_MILLICPU = 100;

    private static final long ASSUMED_MEMORY = 200L << 20;

    private final String name;
    private final Map<String, PodState> pods = new LinkedHashMap<>();
    private boolean exists;
    private boolean unschedulable;
    private Map<String, String> labels = Map.of();
    private List<Taint> taints = List.of();
    private Amounts allocatable = Amounts.NONE;
    private Amounts requested = Amounts.NONE;
    private Amounts compared = Amounts.NONE;
    private final Map<String, Integer> owners = new HashMap<>();
    private int repelling;
    private int opinionated;

    NodeState(String name) {
        this.name = name;
    }

    /** The same node with the same pods, to try changes on. */
    NodeState copy() {
        NodeState copy = new NodeState(name);
        copy.exists = exists;
        copy.unschedulable = unschedulable;
        copy.labels = labels;
        copy.taints = taints;
        copy.allocatable = allocatable;
        pods.values().forEach(copy::add);
        return copy;
    }

    /** Takes in the node's present state. */
    void update(KubeObject node) {
        exists = true;
        unschedulable = node.at("spec", "unschedulable").asBoolean();
        labels = new HashMap<>(node.labels());
        taints = Taint.of(node);
        allocatable = Amounts.of(node.at("status", "allocatable"));
    }

    void gone() {
        exists = false;
    }

    void add(PodState pod) {
        remove(pod.uid());
        pods.put(pod.uid(), pod);
        requested = requested.plus(pod.requests());
        compared = compared.plus(comparable(pod));
        owners.merge(pod.owner(), 1, Integer::sum);
        repelling += pod.antiAffinity().isEmpty() ? 0 : 1;
        opinionated += pod.opinionated() ? 1 : 0;
    }

    void remove(String uid) {
        PodState pod = pods.remove(uid);
        if (pod != null) {
            requested = requested.minus(pod.requests());
            compared = compared.minus(comparable(pod));
            owners.computeIfPresent(pod.owner(), (_, count) -> count == 1 ? null : count - 1);
            repelling -= pod.antiAffinity().isEmpty() ? 0 : 1;
            opinionated -= pod.opinionated() ? 1 : 0;
        }
    }

    /** What the pod counts for when nodes are compared: something even if it requests nothing. */
    static Amounts comparable(PodState pod) {
        long cpu = pod.requests().get("cpu");
        long memory = pod.requests().get("memory");
        return new Amounts(
                Map.of("cpu", cpu == 0 ? ASSUMED_MILLICPU : cpu, "memory", memory == 0 ? ASSUMED_MEMORY : memory));
    }

    Amounts compared() {
        return compared;
    }

    /** How many pods of a controller run here. */
    int ownedBy(String owner) {
        return owners.getOrDefault(owner, 0);
    }

    /** Whether any pod here refuses others by required anti-affinity. */
    boolean repels() {
        return repelling > 0;
    }

    /** Whether any pod here likes or dislikes to have others near. */
    boolean opinionated() {
        return opinionated > 0;
    }

    /** Whether the node object exists; pods may be bound to a node that does not, or not yet. */
    boolean exists() {
        return exists;
    }

    boolean empty() {
        return !exists && pods.isEmpty();
    }

    String name() {
        return name;
    }

    boolean unschedulable() {
        return unschedulable;
    }

    Map<String, String> labels() {
        return labels;
    }

    List<Taint> taints() {
        return taints;
    }

    Amounts allocatable() {
        return allocatable;
    }

    Amounts requested() {
        return requested;
    }

    Collection<PodState> pods() {
        return pods.values();
    }
}
