package io.kantoku.client.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectList;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Timestamps;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A client of one of the {@link FakeClusters}. It checks versions, keeps spec and status apart, bumps generations, honours
 * finalizers, propagation policies and the grace period of pods that a node runs, and refuses what a terminating namespace
 * refuses. It neither validates nor fills in defaults, except that a new Namespace gets its phase and finalizer.
 */
public final class FakeKubeClient implements KubeClient {
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final FakeClusters clusters;
    private final ClusterId cluster;
    private final InstantSource clock;

    FakeKubeClient(FakeClusters clusters, ClusterId cluster, InstantSource clock) {
        this.clusters = clusters;
        this.cluster = cluster;
        this.clock = clock;
    }

    @Override
    public ClusterId cluster() {
        return cluster;
    }

    @Override
    public Optional<KubeObject> find(GroupVersionResource resource, NamespacedName name) {
        clusters.refuse("find", resource);
        return clusters.find(cluster, resource, name);
    }

    @Override
    public KubeObject get(GroupVersionResource resource, NamespacedName name) {
        return find(resource, name).orElseThrow(() -> ApiException.notFound(resource.groupResource(), name.name()));
    }

    @Override
    public ObjectList list(GroupVersionResource resource, Query query) {
        clusters.refuse("list", resource);
        List<KubeObject> items = new ArrayList<>();
        Selection selection = Selection.of(query);
        for (KubeObject object : clusters.all(cluster, resource)) {
            if (selection.matches(object)) {
                items.add(object.copy());
            }
        }
        return new ObjectList(items, Long.toString(clusters.version()));
    }

    /** Answers what {@link FakeClusters#answer} holds, and scales of namespaced objects. */
    @Override
    public JsonNode read(String path) {
        String[] parts = path.split("/");
        boolean scale = path.endsWith("/scale") && path.contains("/namespaces/");
        return clusters.answer(path).orElseGet(() -> scale ? scale(parts) : KubeClient.super.read(path));
    }

    private ObjectNode scale(String[] parts) {
        int base = parts[1].equals("apis") ? 4 : 3;
        KubeObject object = get(
                new GroupVersionResource(base == 4 ? parts[2] : "", parts[base - 1], parts[base + 2]),
                new NamespacedName(parts[base + 1], parts[base + 3]));
        ObjectNode scale = Json.object();
        scale.putObject("spec").set("replicas", object.at("spec", "replicas").deepCopy());
        JsonNode selector = object.at("spec", "selector");
        ObjectNode labels = Json.object();
        labels.set("matchLabels", selector.has("matchLabels") ? selector.path("matchLabels") : selector);
        scale.putObject("status")
                .put("replicas", object.at("status", "replicas").asInt())
                .put("selector", LabelSelector.fromJson(labels).toString());
        return scale;
    }

    @Override
    public KubeObject create(GroupVersionResource resource, KubeObject object) {
        clusters.entered(cluster, "create", resource, object.namespacedName(), "");
        synchronized (clusters) {
            KubeObject created = object.copy();
            ObjectNode metadata = created.metadata();
            metadata.remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds"));
            metadata.put("uid", clusters.nextUid());
            if (created.name().isEmpty()) {
                String prefix = created.text("metadata", "generateName");
                if (prefix.isEmpty()) {
                    throw ApiException.badRequest("an object needs metadata.name or metadata.generateName");
                }
                metadata.put("name", prefix + suffix(clusters.version()));
            }
            refuseInTerminatingNamespace(resource, created);
            if (clusters.find(cluster, resource, created.namespacedName()).isPresent()) {
                throw ApiException.alreadyExists(resource.groupResource(), created.name());
            }
            metadata.put("generation", 1).put("creationTimestamp", Timestamps.seconds(clock.instant()));
            if (resource.equals(Resources.NAMESPACES)) {
                created.spec().putArray("finalizers").add("kubernetes");
                created.status().put("phase", "Active");
            }
            if (resource.equals(Resources.PODS)
                    && created.text("status", "phase").isEmpty()) {
                created.status().put("phase", "Pending");
            }
            return clusters.store(cluster, resource, created);
        }
    }

    @Override
    public KubeObject update(GroupVersionResource resource, KubeObject object) {
        clusters.entered(cluster, "update", resource, object.namespacedName(), "");
        return replace(resource, object, "");
    }

    @Override
    public KubeObject updateStatus(GroupVersionResource resource, KubeObject object) {
        clusters.entered(cluster, "updateStatus", resource, object.namespacedName(), "status");
        return replace(resource, object, "status");
    }

    @Override
    public KubeObject patch(GroupVersionResource resource, NamespacedName name, Patch patch, String subresource) {
        clusters.entered(cluster, "patch", resource, name, subresource);
        synchronized (clusters) {
            KubeObject current = stored(resource, name);
            return replace(resource, Patching.apply(current, patch), subresource);
        }
    }

    @Override
    public KubeObject post(GroupVersionResource resource, NamespacedName name, String subresource, KubeObject body) {
        clusters.entered(cluster, "post", resource, name, subresource);
        synchronized (clusters) {
            return switch (subresource) {
                case "binding" -> bind(stored(resource, name), body);
                case "eviction" -> {
                    KubeObject pod = stored(resource, name);
                    delete(resource, name, DeleteOptions.background());
                    yield pod;
                }
                default ->
                    throw ApiException.notFound(
                            new GroupResource(resource.group(), resource.resource() + "/" + subresource), name.name());
            };
        }
    }

    @Override
    public void delete(GroupVersionResource resource, NamespacedName name, DeleteOptions options) {
        clusters.entered(cluster, "delete", resource, name, "");
        synchronized (clusters) {
            KubeObject current = stored(resource, name);
            if (!options.uid().isEmpty() && !options.uid().equals(current.uid())) {
                throw ApiException.conflict(
                        resource.groupResource(),
                        name.name(),
                        "the UID in the precondition (" + options.uid() + ") does not match the UID in record ("
                                + current.uid() + "). The object might have been deleted and then recreated");
            }
            ObjectNode metadata = current.metadata();
            ArrayNode finalizers = metadata.withArrayProperty("finalizers");
            String wanted = switch (options.propagation()) {
                case BACKGROUND -> "";
                case FOREGROUND -> "foregroundDeletion";
                case ORPHAN -> "orphan";
            };
            remove(finalizers, "foregroundDeletion");
            remove(finalizers, "orphan");
            if (!wanted.isEmpty()) {
                finalizers.add(wanted);
            }
            long grace = grace(resource, current, options);
            boolean held = resource.equals(Resources.NAMESPACES)
                    && !current.at("spec", "finalizers").isEmpty();
            boolean kept = held || grace > 0 || !finalizers.isEmpty();
            if (finalizers.isEmpty()) {
                metadata.remove("finalizers");
            }
            if (!kept) {
                clusters.erase(cluster, resource, name);
                return;
            }
            boolean first = !current.deleting();
            if (first) {
                metadata.put(
                        "deletionTimestamp", Timestamps.seconds(clock.instant().plusSeconds(grace)));
                metadata.put("generation", current.generation() + 1);
            }
            if (first
                    || grace
                            < current.at("metadata", "deletionGracePeriodSeconds")
                                    .asLong()) {
                metadata.put("deletionGracePeriodSeconds", grace);
            }
            if (resource.equals(Resources.NAMESPACES)) {
                current.status().put("phase", "Terminating");
            }
            storeIfChanged(resource, current);
        }
    }

    private long grace(GroupVersionResource resource, KubeObject current, DeleteOptions options) {
        boolean runs = resource.equals(Resources.PODS)
                && !current.text("spec", "nodeName").isEmpty()
                && !current.text("status", "phase").equals("Succeeded")
                && !current.text("status", "phase").equals("Failed");
        if (!runs) {
            return 0;
        }
        return options.gracePeriodSeconds() >= 0
                ? options.gracePeriodSeconds()
                : current.at("spec", "terminationGracePeriodSeconds").asLong(30);
    }

    private KubeObject replace(GroupVersionResource resource, KubeObject object, String subresource) {
        synchronized (clusters) {
            KubeObject current = stored(resource, object.namespacedName());
            if (!object.uid().isEmpty() && !object.uid().equals(current.uid())) {
                throw ApiException.conflict(
                        resource.groupResource(),
                        object.name(),
                        "Precondition failed: UID in precondition: " + object.uid() + ", UID in object meta: "
                                + current.uid());
            }
            if (!object.resourceVersion().isEmpty() && !object.resourceVersion().equals(current.resourceVersion())) {
                throw ApiException.conflict(
                        resource.groupResource(),
                        object.name(),
                        "the object has been modified; please apply your changes to the latest version and try again");
            }
            KubeObject next = merge(resource, current, object, subresource);
            if (next.deleting()
                    && next.finalizers().isEmpty()
                    && next.at("metadata", "deletionGracePeriodSeconds").asLong() == 0
                    && !(resource.equals(Resources.NAMESPACES)
                            && !next.at("spec", "finalizers").isEmpty())) {
                clusters.erase(cluster, resource, next.namespacedName());
                return next;
            }
            return storeIfChanged(resource, next);
        }
    }

    /** What of {@code object} takes effect: its status, its spec.finalizers, or everything but its status. */
    private static KubeObject merge(
            GroupVersionResource resource, KubeObject current, KubeObject object, String subresource) {
        KubeObject next;
        switch (subresource) {
            case "status" -> {
                next = current.copy();
                copyMember(object, next, "status");
            }
            case "finalize" -> {
                next = current.copy();
                next.spec().set("finalizers", object.at("spec", "finalizers").deepCopy());
            }
            case "scale" -> {
                next = current.copy();
                next.spec().set("replicas", object.at("spec", "replicas").deepCopy());
            }
            default -> {
                next = object.copy();
                if (!resource.resource().equals("customresourcedefinitions")) {
                    copyMember(current, next, "status");
                }
                if (resource.equals(Resources.NAMESPACES)) {
                    next.spec()
                            .set("finalizers", current.at("spec", "finalizers").deepCopy());
                }
                for (String fixed : List.of(
                        "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")) {
                    next.metadata().remove(fixed);
                    if (current.metadata().has(fixed)) {
                        next.metadata().set(fixed, current.metadata().get(fixed));
                    }
                }
            }
        }
        if (!next.json().path("spec").equals(current.json().path("spec"))) {
            next.metadata().put("generation", current.generation() + 1);
        }
        return next;
    }

    private KubeObject storeIfChanged(GroupVersionResource resource, KubeObject next) {
        KubeObject current = stored(resource, next.namespacedName());
        next.metadata().put("resourceVersion", current.resourceVersion());
        return FakeClusters.wire(next).equals(current) ? current : clusters.store(cluster, resource, next);
    }

    private KubeObject bind(KubeObject pod, KubeObject binding) {
        if (!pod.text("spec", "nodeName").isEmpty()) {
            throw ApiException.conflict(
                    new GroupResource("", "pods/binding"),
                    pod.name(),
                    "pod " + pod.name() + " is already assigned to node \"" + pod.text("spec", "nodeName") + "\"");
        }
        if (pod.deleting()) {
            throw ApiException.conflict(
                    new GroupResource("", "pods/binding"),
                    pod.name(),
                    "pod " + pod.name() + " is being deleted, cannot be assigned to a host");
        }
        pod.spec().put("nodeName", binding.text("target", "name"));
        Conditions.set(pod, Condition.isTrue("PodScheduled", "", ""), clock.instant());
        clusters.store(cluster, Resources.PODS, pod);
        return KubeObject.of(Status.failure(201, "", "").toJson().put("status", "Success"));
    }

    private void refuseInTerminatingNamespace(GroupVersionResource resource, KubeObject object) {
        if (object.namespace().isEmpty()) {
            return;
        }
        boolean terminating = clusters.find(
                        cluster, Resources.NAMESPACES, NamespacedName.clusterScoped(object.namespace()))
                .filter(KubeObject::deleting)
                .isPresent();
        if (terminating) {
            ApiException forbidden = ApiException.forbidden(
                    resource.groupResource(),
                    object.name(),
                    "unable to create new content in namespace " + object.namespace()
                            + " because it is being terminated");
            throw new ApiException(forbidden
                    .status()
                    .withDetails(new Status.Details(
                            object.name(),
                            resource.group(),
                            resource.resource(),
                            "",
                            List.of(new Status.Cause(
                                    "NamespaceTerminating",
                                    "namespace " + object.namespace() + " is being terminated",
                                    "metadata.namespace")),
                            0)));
        }
    }

    private KubeObject stored(GroupVersionResource resource, NamespacedName name) {
        return clusters.find(cluster, resource, name)
                .orElseThrow(() -> ApiException.notFound(resource.groupResource(), name.name()));
    }

    private static void copyMember(KubeObject from, KubeObject to, String member) {
        JsonNode node = from.json().get(member);
        if (node == null) {
            to.json().remove(member);
        } else {
            to.json().set(member, node.deepCopy());
        }
    }

    private static void remove(ArrayNode array, String value) {
        for (int i = array.size() - 1; i >= 0; i--) {
            if (array.get(i).asText().equals(value)) {
                array.remove(i);
            }
        }
    }

    private static String suffix(long seed) {
        StringBuilder text = new StringBuilder();
        for (long rest = seed * 2654435761L & Long.MAX_VALUE; text.length() < 5; rest /= SUFFIX_LETTERS.length()) {
            text.append(SUFFIX_LETTERS.charAt((int) (rest % SUFFIX_LETTERS.length())));
        }
        return text.toString();
    }
}
