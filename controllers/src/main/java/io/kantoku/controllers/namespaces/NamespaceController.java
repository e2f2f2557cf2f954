package io.kantoku.controllers.namespaces;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.ApiResource;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.ServedResources;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deletes everything in a namespace that is being deleted, then lets the namespace go through its {@code finalize} subresource.
 *
 * <p>It sweeps again when an object of the namespace goes away ({@link #isTerminating} tells whose deletions matter). A slow repeat
 * covers collections that nobody watches.
 */
public final class NamespaceController implements Reconciler {
    private static final String FINALIZER = "kubernetes";
    private static final Duration REPEAT = Duration.ofSeconds(15);

    private final Clusters clusters;
    private final ServedResources served;
    private final InstantSource clock;
    private final Set<Request> terminating = ConcurrentHashMap.newKeySet();

    public NamespaceController(Clusters clusters, ServedResources served, InstantSource clock) {
        this.clusters = clusters;
        this.served = served;
        this.clock = clock;
    }

    /** Whether the end of an object in this namespace is worth another sweep. */
    public boolean isTerminating(ClusterId cluster, String namespace) {
        return terminating.contains(new Request(cluster, NamespacedName.clusterScoped(namespace)));
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject namespace = client.find(Resources.NAMESPACES, request.name()).orElse(null);
        if (namespace == null || !namespace.deleting()) {
            terminating.remove(request);
            return Result.done();
        }
        terminating.add(request);
        if (!hasFinalizer(namespace)) {
            return Result.done();
        }
        NamespacePlan plan =
                NamespacePlan.plan(namespace, sweep(client, request.cluster(), namespace.name()), clock.instant());
        Clients.updateStatus(client, Resources.NAMESPACES, namespace, plan.status());
        if (!plan.release()) {
            return Result.after(REPEAT);
        }
        release(client, namespace);
        terminating.remove(request);
        return Result.done();
    }

    private NamespacePlan.Found sweep(KubeClient client, ClusterId cluster, String namespace) {
        TreeMap<String, Integer> remaining = new TreeMap<>();
        TreeMap<String, Integer> finalizers = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        for (ApiResource resource : served.of(cluster)) {
            if (!resource.namespaced()) {
                continue;
            }
            try {
                empty(client, resource.resource(), namespace);
                List<KubeObject> left = Clients.list(client, resource.resource(), Query.in(namespace));
                if (!left.isEmpty()) {
                    remaining.merge(
                            resource.resource().resource() + "."
                                    + resource.resource().group(),
                            left.size(),
                            Integer::sum);
                }
                left.forEach(object -> object.finalizers().forEach(name -> finalizers.merge(name, 1, Integer::sum)));
            } catch (ApiException e) {
                failures.add(resource.resource().groupResource() + ": " + e.getMessage());
            }
        }
        return new NamespacePlan.Found(remaining, finalizers, failures);
    }

    private static void empty(KubeClient client, GroupVersionResource resource, String namespace) {
        for (KubeObject object : Clients.list(client, resource, Query.in(namespace))) {
            if (!object.deleting()) {
                Clients.delete(client, resource, object, DeleteOptions.background());
            }
        }
    }

    private static boolean hasFinalizer(KubeObject namespace) {
        for (var finalizer : namespace.at("spec", "finalizers")) {
            if (finalizer.asText().equals(FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    /** Others' finalizers in {@code spec.finalizers} stay: the namespace waits for them too. */
    private static void release(KubeClient client, KubeObject namespace) {
        ObjectNode patch = Json.object();
        ArrayNode kept = patch.putObject("spec").putArray("finalizers");
        for (var finalizer : namespace.at("spec", "finalizers")) {
            if (!finalizer.asText().equals(FINALIZER)) {
                kept.add(finalizer.asText());
            }
        }
        client.patch(Resources.NAMESPACES, namespace.namespacedName(), Patch.merge(patch), "finalize");
    }
}
