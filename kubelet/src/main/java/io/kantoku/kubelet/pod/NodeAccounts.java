package io.kantoku.kubelet.pod;

import io.kantoku.client.Amounts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the pods of one node have been promised of its resources. Thread-safe. */
public final class NodeAccounts {
    private static final List<String> FIRST = List.of("pods", "cpu", "memory", "ephemeral-storage");

    private final Amounts allocatable;
    private final Runnable freed;
    private final Map<String, Amounts> promised = new HashMap<>();
    private final Set<String> deferred = new HashSet<>();

    /**
     * Accounts of a node without pods.
     *
     * @param allocatable what there is for pods, their number among it
     * @param freed is run, without a lock, when pods that had to put off a resize may try again
     */
    public NodeAccounts(Amounts allocatable, Runnable freed) {
        this.allocatable = allocatable;
        this.freed = freed;
    }

    /** What there is for pods. */
    Amounts allocatable() {
        return allocatable;
    }

    /** A resource of which a node has not enough left; amounts in thousandths of a processor, or whole units. */
    record Shortage(String resource, long requested, long used, long capacity) {
        String message() {
            return "Node didn't have enough resource: " + resource + ", requested: " + requested + ", used: " + used
                    + ", capacity: " + capacity;
        }
    }

    /** Promises a new pod what it requests; what is short when that cannot be. */
    synchronized Optional<Shortage> admit(String uid, Amounts requests) {
        Optional<Shortage> shortage = shortage(uid, requests);
        if (shortage.isEmpty()) {
            keep(uid, requests);
        }
        return shortage;
    }

    /** Counts a pod that the node has had already. */
    synchronized void keep(String uid, Amounts requests) {
        promised.put(uid, requests.plus(new Amounts(Map.of("pods", 1L))));
    }

    /** Promises a pod other amounts than before; why not, when that cannot be. */
    synchronized Optional<Allocation.Pending> resize(String uid, Amounts requests) {
        for (String resource : List.of("memory", "cpu")) {
            if (requests.get(resource) > allocatable.get(resource)) {
                return Optional.of(new Allocation.Pending(
                        "Infeasible",
                        "Node didn't have enough capacity: " + resource + ", requested: " + requests.get(resource)
                                + ", capacity: " + allocatable.get(resource)));
            }
        }
        Optional<Shortage> shortage = admit(uid, requests);
        if (shortage.isPresent()) {
            deferred.add(uid);
        } else {
            deferred.remove(uid);
        }
        return shortage.map(lacking -> new Allocation.Pending("Deferred", lacking.message()));
    }

    /** The pod has ended. */
    public void release(String uid) {
        boolean tell;
        synchronized (this) {
            deferred.remove(uid);
            tell = promised.remove(uid) != null && !deferred.isEmpty();
        }
        if (tell) {
            freed.run();
        }
    }

    private Optional<Shortage> shortage(String uid, Amounts requests) {
        Amounts used = Amounts.NONE;
        for (Map.Entry<String, Amounts> pod : promised.entrySet()) {
            if (!pod.getKey().equals(uid)) {
                used = used.plus(pod.getValue());
            }
        }
        Amounts wanted = requests.plus(new Amounts(Map.of("pods", 1L)));
        Set<String> resources = new LinkedHashSet<>(FIRST);
        resources.addAll(wanted.by().keySet());
        for (String resource : resources) {
            long request = wanted.get(resource);
            boolean known = allocatable.by().containsKey(resource); // others are not the node's to give
            if (known && request > 0 && request > allocatable.get(resource) - used.get(resource)) {
                return Optional.of(new Shortage(resource, request, used.get(resource), allocatable.get(resource)));
            }
        }
        return Optional.empty();
    }
}
