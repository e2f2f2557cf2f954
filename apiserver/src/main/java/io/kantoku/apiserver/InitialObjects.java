package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.Sample;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import io.kantoku.apiserver.rest.UserInfos;
import io.kantoku.client.KubeClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes objects that a cluster begins with, unless they exist: all at once, so that the store can write them together.
 *
 * <p>Objects that clusters have alike go through defaults, admission and validation once per process; clusters get copies of the result.
 * Nobody owns the fields of copies, which saves a fifth of the memory of an idle cluster: whoever applies one finds them owned by
 * {@code before-first-apply}.
 */
public final class InitialObjects {
    private final Registry registry;
    private final ResourceTypes types;
    private final Map<String, Map<Place, Sample>> bundles = new ConcurrentHashMap<>();

    InitialObjects(Registry registry, ResourceTypes types) {
        this.registry = registry;
        this.types = types;
    }

    /** One of them, with the {@code status} that it is to have. */
    record Item(GroupVersionResource resource, KubeObject object) {
        /** An item of a kind whose resource is its name and an s. */
        static Item of(KubeObject object) {
            GroupVersionKind kind = object.groupVersionKind();
            return new Item(
                    new GroupVersionResource(
                            kind.group(), kind.version(), kind.kind().toLowerCase(Locale.ROOT) + "s"),
                    object);
        }

        private Place place() {
            return new Place(resource, object.namespacedName());
        }
    }

    private record Place(GroupVersionResource resource, NamespacedName name) {}

    /**
     * Makes what a cluster lacks of objects that many clusters have; returns when all are there.
     *
     * @param bundle a name of these objects: what stands under it is the same in every cluster
     */
    void ensure(ClusterId cluster, String bundle, List<Item> items) {
        Map<Place, Sample> known = bundles.computeIfAbsent(bundle, absent -> new ConcurrentHashMap<>());
        List<Sample> missing = new ArrayList<>();
        for (Item item : items) {
            boolean there = registry.read(
                            cluster,
                            item.resource().groupResource(),
                            item.object().namespacedName())
                    .isPresent();
            if (!there) {
                missing.add(known.computeIfAbsent(item.place(), absent -> sample(cluster, item)));
            }
        }
        registry.plant(cluster, missing);
    }

    private Sample sample(ClusterId cluster, Item item) {
        GroupVersionResource resource = item.resource();
        Target target = new Target(
                cluster,
                UserInfos.SERVER,
                types.requireInternal(cluster, resource.groupResource(), resource.version()),
                resource.version(),
                "",
                item.object().namespacedName());
        WriteOptions options = new WriteOptions(true, "", WriteOptions.FieldValidation.IGNORE, new ArrayList<>());
        ObjectNode made =
                registry.create(target, item.object().copy().json(), options).tree();
        JsonNode status = item.object().json().path("status");
        if (!status.isEmpty()) {
            made.set("status", status);
        }
        made.withObjectProperty("metadata").remove("managedFields");
        return Sample.of(resource.groupResource(), made);
    }

    /** Makes what a cluster lacks of objects of its own; returns when all are there. */
    static void ensure(KubeClient admin, List<Item> items) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            items.forEach(item -> running.add(threads.submit(() -> ensure(admin, item))));
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ApiException refusal ? refusal : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a cluster was being prepared", e);
        }
    }

    private static void ensure(KubeClient admin, Item item) {
        if (admin.find(item.resource(), item.object().namespacedName()).isPresent()) {
            return;
        }
        try {
            admin.create(item.resource(), item.object());
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }
}
