package io.kantoku.controllers.collection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.ApiResource;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.ServedResources;
import io.kantoku.controllers.collection.CollectionPlan.Owner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes objects whose owners are gone, holds back owners that are deleted in the foreground, and orphans dependents on
 * request. Requests name uids.
 *
 * <p>The graph only says where to look. Before anything is deleted the object is read live, and an owner counts as absent only
 * when a live read does not find its uid.
 */
public final class GarbageCollector implements Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final Duration UNKNOWN_KIND_REPEAT = Duration.ofMinutes(1);

    private final Clusters clusters;
    private final ServedResources served;
    private final Events events;
    private final OwnershipGraph graph = new OwnershipGraph();
    private volatile Consumer<Request> queue = _ -> {};

    public GarbageCollector(Clusters clusters, ServedResources served, InstantSource clock) {
        this.clusters = clusters;
        this.served = served;
        events = new Events(clusters, "garbage-collector-controller", clock);
    }

    /** Where to put requests that one reconciliation finds for others. */
    public void queue(Consumer<Request> newQueue) {
        queue = newQueue;
    }

    /** Takes in an object's state; returns what to look at. */
    public Collection<Request> present(ClusterId cluster, ApiResource resource, KubeObject object) {
        return requests(cluster, graph.present(cluster, resource, object));
    }

    /** Takes in that an object is gone; returns what to look at. */
    public Collection<Request> gone(ClusterId cluster, KubeObject last) {
        Collection<Request> requests = requests(cluster, graph.gone(cluster, last.uid()));
        if (graph.size(cluster) == 0 && !clusters.ids().contains(cluster)) {
            graph.drop(cluster);
        }
        return requests;
    }

    @Override
    public Result reconcile(Request request) {
        ClusterId cluster = request.cluster();
        OwnershipGraph.Item item = graph.find(cluster, request.name().name()).orElse(null);
        if (item == null) {
            return Result.done();
        }
        ApiResource resource = item.resource();
        if (resource == null) {
            // Known from references only: whoever refers to it finds out whether it exists.
            return Result.done();
        }
        if (!item.foreground()
                && !item.orphaning()
                && item.owners().stream().allMatch(owner -> knownSolid(cluster, item.name(), owner))) {
            // The usual case, after a start for every owned object: no read is needed to leave it alone.
            return Result.done();
        }
        KubeClient client = clusters.cluster(cluster);
        Optional<KubeObject> live = read(client, resource, item.name(), item.uid());
        if (live.isEmpty()) {
            graph.gone(cluster, item.uid()).forEach(uid -> queue.accept(request(cluster, uid)));
            return Result.done();
        }
        KubeObject object = live.get();
        Map<String, Owner> owners = new HashMap<>();
        if (!object.deleting()) {
            for (OwnerReference owner : object.ownerReferences()) {
                owners.put(owner.uid(), look(client, object, owner));
            }
        }
        carryOut(client, resource, object, item, CollectionPlan.plan(object, item, owners));
        return owners.containsValue(Owner.UNKNOWN) ? Result.after(UNKNOWN_KIND_REPEAT) : Result.done();
    }

    private void carryOut(
            KubeClient client, ApiResource resource, KubeObject object, OwnershipGraph.Item item, CollectionPlan plan) {
        switch (plan) {
            case CollectionPlan.Keep _ -> {}
            case CollectionPlan.Unlink(var uids) -> {
                unlink(object, uids);
                client.update(resource.resource(), object);
            }
            case CollectionPlan.Delete(var propagation) -> {
                LOG.atDebug()
                        .setMessage("deleting an object without owners")
                        .addKeyValue("resource", resource.resource())
                        .addKeyValue("name", object.namespacedName())
                        .addKeyValue("propagation", propagation)
                        .log();
                Clients.delete(client, resource.resource(), object, new DeleteOptions(propagation, "", -1));
            }
            case CollectionPlan.RemoveFinalizer(var finalizer) -> removeFinalizer(client, resource, object, finalizer);
            case CollectionPlan.AwaitDependents(var uids) ->
                uids.forEach(uid -> queue.accept(request(client.cluster(), uid)));
            case CollectionPlan.Orphan _ -> {
                for (OwnershipGraph.Dependent dependent : item.dependents()) {
                    read(client, dependent.resource(), dependent.name(), dependent.uid())
                            .ifPresent(found -> {
                                if (unlink(found, Set.of(item.uid()))) {
                                    client.update(dependent.resource().resource(), found);
                                }
                            });
                }
                removeFinalizer(client, resource, object, "orphan");
            }
        }
    }

    /** What is true of an owner. */
    private Owner look(KubeClient client, KubeObject object, OwnerReference reference) {
        tellOfOtherNamespace(client, object, reference);
        String group = GroupVersion.parse(reference.apiVersion()).group();
        ApiResource resource =
                served.ofKind(client.cluster(), group, reference.kind()).orElse(null);
        if (resource == null || (resource.namespaced() && object.namespace().isEmpty())) {
            // A cluster-scoped object cannot refer to a namespaced owner: the reference says nothing.
            return Owner.UNKNOWN;
        }
        if (knownSolid(client.cluster(), object.namespacedName(), reference)) {
            return Owner.SOLID;
        }
        NamespacedName name = new NamespacedName(resource.namespaced() ? object.namespace() : "", reference.name());
        Optional<KubeObject> live = read(client, resource, name, reference.uid());
        if (live.isEmpty()) {
            return Owner.ABSENT;
        }
        KubeObject owner = live.get();
        graph.confirmed(client.cluster(), resource, owner);
        return owner.deleting() && owner.finalizers().contains("foregroundDeletion")
                ? Owner.AWAITS_DEPENDENTS
                : Owner.SOLID;
    }

    /** An owner can only be in its dependent's own namespace; one that is known to be elsewhere is a mistake worth telling. */
    private void tellOfOtherNamespace(KubeClient client, KubeObject object, OwnerReference reference) {
        boolean elsewhere = graph.known(client.cluster(), reference.uid())
                .filter(known -> known.resource().namespaced()
                        && !known.name().namespace().equals(object.namespace()))
                .isPresent();
        if (elsewhere) {
            events.warning(
                    client.cluster(),
                    object,
                    "OwnerRefInvalidNamespace",
                    "ownerRef [" + reference.apiVersion() + "/" + reference.kind() + ", namespace: "
                            + object.namespace() + ", name: " + reference.name() + ", uid: " + reference.uid()
                            + "] does not exist in namespace \"" + object.namespace() + "\"");
        }
    }

    /** Whether the graph has seen the owner under the very name and kind of the reference, and no deletion since. */
    private boolean knownSolid(ClusterId cluster, NamespacedName dependent, OwnerReference reference) {
        OwnershipGraph.Known known = graph.known(cluster, reference.uid()).orElse(null);
        return known != null
                && !known.foreground()
                && known.resource().kind().equals(reference.kind())
                && known.resource()
                        .resource()
                        .group()
                        .equals(GroupVersion.parse(reference.apiVersion()).group())
                && known.name()
                        .equals(new NamespacedName(
                                known.resource().namespaced() ? dependent.namespace() : "", reference.name()));
    }

    private static Optional<KubeObject> read(KubeClient client, ApiResource resource, NamespacedName name, String uid) {
        return client.find(resource.resource(), name)
                .filter(found -> found.uid().equals(uid));
    }

    private static boolean unlink(KubeObject object, Set<String> uids) {
        if (!(object.at("metadata", "ownerReferences") instanceof ArrayNode references)) {
            return false;
        }
        int before = references.size();
        for (int i = references.size() - 1; i >= 0; i--) {
            if (uids.contains(references.get(i).path("uid").asText())) {
                references.remove(i);
            }
        }
        int after = references.size();
        if (after == 0) {
            object.metadata().remove("ownerReferences");
        }
        return after != before;
    }

    private static void removeFinalizer(KubeClient client, ApiResource resource, KubeObject object, String finalizer) {
        if (object.at("metadata", "finalizers") instanceof ArrayNode finalizers) {
            for (int i = finalizers.size() - 1; i >= 0; i--) {
                if (finalizers.get(i).asText().equals(finalizer)) {
                    finalizers.remove(i);
                }
            }
            client.update(resource.resource(), object);
        }
    }

    private static Collection<Request> requests(ClusterId cluster, Set<String> uids) {
        List<Request> requests = new ArrayList<>(uids.size());
        uids.forEach(uid -> requests.add(request(cluster, uid)));
        return requests;
    }

    private static Request request(ClusterId cluster, String uid) {
        return new Request(cluster, NamespacedName.clusterScoped(uid));
    }

    /** How many objects of a cluster the graph knows. */
    public int known(ClusterId cluster) {
        return graph.size(cluster);
    }

    /** Collections whose objects cannot own anything and change so often that the graph leaves them out. */
    public static boolean ignores(ApiResource resource) {
        return resource.resource().equals(Resources.EVENTS);
    }
}
