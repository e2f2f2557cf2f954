package io.kantoku.controllers.collection;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.controllers.ApiResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who owns whom, by uid, in each cluster. Objects that neither own nor are owned nor wait for their dependents have no entry.
 * Any thread may use it; subscriptions write it and reconciliations read it.
 */
final class OwnershipGraph {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    private final Map<ClusterId, Map<String, Node>> clusters = new ConcurrentHashMap<>();

    /**
     * What is known of one object.
     *
     * @param resource its collection; null while it is known only from references
     * @param foreground whether it is being deleted after its dependents
     * @param orphaning whether it is being deleted and its dependents are to stay
     */
    record Item(
            String uid,
            @Nullable ApiResource resource,
            NamespacedName name,
            List<OwnerReference> owners,
            boolean deleting,
            boolean foreground,
            boolean orphaning,
            List<Dependent> dependents) {}

    /** An object that refers to the item as its owner. */
    record Dependent(String uid, ApiResource resource, NamespacedName name, boolean blocks, boolean foreground) {}

    /** Takes in an object's present state; returns the uids whose situation may have changed by it. */
    Set<String> present(ClusterId cluster, ApiResource resource, KubeObject object) {
        List<OwnerReference> owners = object.ownerReferences();
        Map<String, Node> nodes = clusters.get(cluster);
        boolean waits = object.deleting()
                && (object.finalizers().contains(FOREGROUND)
                        || object.finalizers().contains(ORPHAN));
        if (nodes == null) {
            if (owners.isEmpty() && !waits) {
                return Set.of();
            }
            nodes = clusters.computeIfAbsent(cluster, _ -> new HashMap<>());
        }
        Set<String> affected = new LinkedHashSet<>();
        synchronized (nodes) {
            Node node = nodes.get(object.uid());
            if (node == null) {
                if (owners.isEmpty() && !waits) {
                    return Set.of();
                }
                node = new Node(object.uid(), object.namespacedName());
                nodes.put(object.uid(), node);
            }
            node.resource = resource;
            node.name = object.namespacedName();
            if (!node.owners.equals(owners)) {
                for (OwnerReference owner : node.owners) {
                    detach(nodes, node, owner.uid());
                    affected.add(owner.uid());
                }
                node.owners = List.copyOf(owners);
                for (OwnerReference owner : owners) {
                    nodes.computeIfAbsent(
                                    owner.uid(),
                                    uid -> new Node(uid, new NamespacedName(object.namespace(), owner.name())))
                            .dependents
                            .add(node);
                }
                affected.add(node.uid);
            }
            boolean foreground = object.deleting() && object.finalizers().contains(FOREGROUND);
            boolean orphaning = object.deleting() && object.finalizers().contains(ORPHAN);
            if (foreground != node.foreground || orphaning != node.orphaning) {
                affected.add(node.uid);
                // A dependent that begins to wait for its own dependents no longer hides behind other owners.
                owners.forEach(owner -> affected.add(owner.uid()));
            }
            node.foreground = foreground;
            node.orphaning = orphaning;
            node.deleting = object.deleting();
            tidy(nodes, node);
        }
        return affected;
    }

    /** Takes in that an object is gone; returns its dependents and its owners. */
    Set<String> gone(ClusterId cluster, String uid) {
        Map<String, Node> nodes = clusters.get(cluster);
        if (nodes == null) {
            return Set.of();
        }
        Set<String> affected = new LinkedHashSet<>();
        synchronized (nodes) {
            Node node = nodes.get(uid);
            if (node == null) {
                return Set.of();
            }
            for (OwnerReference owner : node.owners) {
                detach(nodes, node, owner.uid());
                affected.add(owner.uid());
            }
            node.owners = List.of();
            node.resource = null;
            node.foreground = false;
            node.orphaning = false;
            node.dependents.forEach(dependent -> affected.add(dependent.uid));
            tidy(nodes, node);
        }
        return affected;
    }

    /** Notes that an owner that was known from references only does exist. */
    void confirmed(ClusterId cluster, ApiResource resource, KubeObject owner) {
        Map<String, Node> nodes = clusters.get(cluster);
        if (nodes != null) {
            synchronized (nodes) {
                Node node = nodes.get(owner.uid());
                if (node != null && node.resource == null) {
                    node.resource = resource;
                    node.name = owner.namespacedName();
                }
            }
        }
    }

    /** What is known of the object now. */
    Optional<Item> find(ClusterId cluster, String uid) {
        Map<String, Node> nodes = clusters.get(cluster);
        if (nodes == null) {
            return Optional.empty();
        }
        synchronized (nodes) {
            return Optional.ofNullable(nodes.get(uid)).map(Node::item);
        }
    }

    /** An object that was seen, without its relations. */
    record Known(ApiResource resource, NamespacedName name, boolean foreground) {}

    /** The object if it was seen itself and not only in references. */
    Optional<Known> known(ClusterId cluster, String uid) {
        Map<String, Node> nodes = clusters.get(cluster);
        if (nodes == null) {
            return Optional.empty();
        }
        synchronized (nodes) {
            Node node = nodes.get(uid);
            ApiResource resource = node == null ? null : node.resource;
            return node == null || resource == null
                    ? Optional.empty()
                    : Optional.of(new Known(resource, node.name, node.foreground));
        }
    }

    /** How many objects of the cluster have an entry. */
    int size(ClusterId cluster) {
        Map<String, Node> nodes = clusters.get(cluster);
        if (nodes == null) {
            return 0;
        }
        synchronized (nodes) {
            return nodes.size();
        }
    }

    /** Forgets a cluster that does not exist any more. */
    void drop(ClusterId cluster) {
        clusters.remove(cluster);
    }

    private static void detach(Map<String, Node> nodes, Node dependent, String owner) {
        Node node = nodes.get(owner);
        if (node != null) {
            node.dependents.remove(dependent);
            tidy(nodes, node);
        }
    }

    /** Forgets a node that says nothing. */
    private static void tidy(Map<String, Node> nodes, Node node) {
        if (node.owners.isEmpty() && node.dependents.isEmpty() && !node.foreground && !node.orphaning) {
            nodes.remove(node.uid);
        }
    }

    private static final class Node {
        final String uid;
        final Set<Node> dependents = new LinkedHashSet<>();
        NamespacedName name;

        @Nullable
        ApiResource resource;

        List<OwnerReference> owners = List.of();
        boolean deleting;
        boolean foreground;
        boolean orphaning;

        Node(String uid, NamespacedName name) {
            this.uid = uid;
            this.name = name;
        }

        Item item() {
            List<Dependent> list = new ArrayList<>();
            for (Node dependent : dependents) {
                ApiResource known = dependent.resource;
                if (known != null) {
                    boolean blocks = dependent.owners.stream()
                            .anyMatch(owner -> owner.uid().equals(uid) && owner.blockOwnerDeletion());
                    list.add(new Dependent(dependent.uid, known, dependent.name, blocks, dependent.foreground));
                }
            }
            return new Item(uid, resource, name, owners, deleting, foreground, orphaning, list);
        }
    }
}
