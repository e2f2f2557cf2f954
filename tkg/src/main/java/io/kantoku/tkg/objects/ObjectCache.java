package io.kantoku.tkg.objects;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.ObjectListener;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one collection in memory, with one index.
 *
 * <p>Subscriptions feed it, and writes that go through it are in it when they return, so that a reconciliation sees what an
 * earlier one wrote before the event has come round. Objects that it gives out are shared and must not be changed. Any thread
 * may use it.
 */
public final class ObjectCache implements ObjectListener {
    private static final List<String> WRITTEN_METADATA =
            List.of("labels", "annotations", "finalizers", "ownerReferences");

    private static final int REMEMBERED = 1000;

    private final Clusters clusters;
    private final Kind kind;
    private final BiPredicate<ClusterId, KubeObject> kept;
    private final Function<KubeObject, ? extends Collection<String>> keys;
    private final Map<Name, KubeObject> objects = new HashMap<>();
    private final Map<Key, TreeMap<NamespacedName, KubeObject>> index = new HashMap<>();

    /** The uids of objects that went last, which never come back: what was written before may be heard of after it. */
    private final Set<String> gone = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    private record Name(ClusterId cluster, NamespacedName name) {}

    private record Key(ClusterId cluster, String key) {}

    /**
     * An empty one.
     *
     * @param kept which objects it holds
     * @param keys under which an object is found by {@link #by}
     */
    ObjectCache(
            Clusters clusters,
            Kind kind,
            BiPredicate<ClusterId, KubeObject> kept,
            Function<KubeObject, ? extends Collection<String>> keys) {
        this.clusters = clusters;
        this.kind = kind;
        this.kept = kept;
        this.keys = keys;
    }

    public Kind kind() {
        return kind;
    }

    public GroupVersionResource resource() {
        return kind.resource();
    }

    public Optional<KubeObject> find(NamespacedName name) {
        return find(ClusterId.SUPERVISOR, name);
    }

    public Optional<KubeObject> find(String namespace, String name) {
        return find(ClusterId.SUPERVISOR, new NamespacedName(namespace, name));
    }

    public synchronized Optional<KubeObject> find(ClusterId cluster, NamespacedName name) {
        return Optional.ofNullable(objects.get(new Name(cluster, name)));
    }

    /** The Supervisor's objects under that key of the index, in the order of their names. */
    public List<KubeObject> by(String key) {
        return by(ClusterId.SUPERVISOR, key);
    }

    public synchronized List<KubeObject> by(ClusterId cluster, String key) {
        TreeMap<NamespacedName, KubeObject> found = index.get(new Key(cluster, key));
        return found == null ? List.of() : List.copyOf(found.values());
    }

    /** All of the Supervisor's, in no order. */
    public synchronized List<KubeObject> all() {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().cluster().equals(ClusterId.SUPERVISOR))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Creates the object on the Supervisor; one of that name that exists already is returned instead. */
    public KubeObject create(KubeObject object) {
        return create(ClusterId.SUPERVISOR, object);
    }

    public KubeObject create(ClusterId cluster, KubeObject object) {
        KubeObject created;
        try {
            created = clusters.cluster(cluster).create(resource(), object);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
            created = clusters.cluster(cluster).get(resource(), object.namespacedName());
        }
        put(cluster, created);
        return created;
    }

    /** The object of that name, made if it is missing. */
    public KubeObject ensure(KubeObject wanted) {
        return find(wanted.namespacedName()).orElseGet(() -> create(wanted));
    }

    /** Replaces the object if it differs from the one in memory; status is left alone. One that is gone stays gone. */
    public KubeObject update(KubeObject changed) {
        return update(ClusterId.SUPERVISOR, changed);
    }

    public KubeObject update(ClusterId cluster, KubeObject changed) {
        Optional<KubeObject> held = find(cluster, changed.namespacedName());
        if (held.isPresent() && sameButStatus(held.get(), changed)) {
            return held.get();
        }
        return written(cluster, changed, () -> clusters.cluster(cluster).update(resource(), changed));
    }

    /** Whether an update of one to the other would change nothing: what the server sets by itself does not count. */
    private static boolean sameButStatus(KubeObject held, KubeObject changed) {
        for (String field : WRITTEN_METADATA) {
            if (!Json.equal(held.at("metadata", field), changed.at("metadata", field))) {
                return false;
            }
        }
        Set<String> fields = new HashSet<>();
        held.json().fieldNames().forEachRemaining(fields::add);
        changed.json().fieldNames().forEachRemaining(fields::add);
        fields.removeAll(List.of("metadata", "status"));
        return held.uid().equals(changed.uid())
                && fields.stream().allMatch(field -> Json.equal(held.at(field), changed.at(field)));
    }

    /** Replaces the object's status if it differs from the one in memory. One that is gone stays gone. */
    public KubeObject updateStatus(KubeObject changed) {
        return updateStatus(ClusterId.SUPERVISOR, changed);
    }

    public KubeObject updateStatus(ClusterId cluster, KubeObject changed) {
        Optional<KubeObject> held = find(cluster, changed.namespacedName());
        if (held.isPresent() && Json.equal(held.get().at("status"), changed.at("status"))) {
            return held.get();
        }
        return written(cluster, changed, () -> clusters.cluster(cluster).updateStatus(resource(), changed));
    }

    /** Asks for the deletion of exactly this object; one that is gone is no error. */
    public void delete(KubeObject object) {
        delete(ClusterId.SUPERVISOR, object);
    }

    public void delete(ClusterId cluster, KubeObject object) {
        if (object.deleting()) {
            return;
        }
        try {
            clusters.cluster(cluster)
                    .delete(
                            resource(),
                            object.namespacedName(),
                            DeleteOptions.background().ofUid(object.uid()));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            remove(cluster, object);
        }
    }

    /** The object with that finalizer; written only if it had not. */
    public KubeObject withFinalizer(ClusterId cluster, KubeObject object, String finalizer) {
        if (object.finalizers().contains(finalizer)) {
            return object;
        }
        KubeObject changed = object.copy();
        changed.metadata().withArrayProperty("finalizers").add(finalizer);
        return update(cluster, changed);
    }

    /** Lets go of an object that is being deleted. */
    public void removeFinalizer(ClusterId cluster, KubeObject object, String finalizer) {
        if (!object.finalizers().contains(finalizer)) {
            return;
        }
        KubeObject changed = object.copy();
        var finalizers = changed.metadata().withArrayProperty("finalizers");
        for (int i = finalizers.size() - 1; i >= 0; i--) {
            if (finalizers.get(i).asText().equals(finalizer)) {
                finalizers.remove(i);
            }
        }
        KubeObject left = update(cluster, changed);
        if (left.deleting() && left.finalizers().isEmpty()) {
            remove(cluster, left);
        }
    }

    public void removeFinalizer(KubeObject object, String finalizer) {
        removeFinalizer(ClusterId.SUPERVISOR, object, finalizer);
    }

    private KubeObject written(ClusterId cluster, KubeObject changed, Supplier<KubeObject> write) {
        try {
            KubeObject written = write.get();
            put(cluster, written);
            return written;
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            remove(cluster, changed);
            return changed;
        }
    }

    @Override
    public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        put(cluster, object);
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject last) {
        remove(cluster, last);
    }

    private synchronized void put(ClusterId cluster, KubeObject object) {
        Name name = new Name(cluster, object.namespacedName());
        KubeObject held = objects.get(name);
        if (gone.contains(object.uid()) || (held != null && !newer(object, held))) {
            return;
        }
        if (held != null) {
            unindex(cluster, held);
        }
        if (!kept.test(cluster, object)) {
            objects.remove(name);
            return;
        }
        objects.put(name, object);
        for (String key : keys.apply(object)) {
            index.computeIfAbsent(new Key(cluster, key), _ -> new TreeMap<>()).put(object.namespacedName(), object);
        }
    }

    private synchronized void remove(ClusterId cluster, KubeObject last) {
        Name name = new Name(cluster, last.namespacedName());
        if (!last.uid().isEmpty()) {
            gone.add(last.uid());
        }
        KubeObject held = objects.get(name);
        if (held != null && (held.uid().equals(last.uid()) || newer(last, held))) {
            objects.remove(name);
            unindex(cluster, held);
        }
    }

    private void unindex(ClusterId cluster, KubeObject object) {
        for (String key : keys.apply(object)) {
            Key full = new Key(cluster, key);
            TreeMap<NamespacedName, KubeObject> entries = index.get(full);
            if (entries != null) {
                entries.remove(object.namespacedName());
                if (entries.isEmpty()) {
                    index.remove(full);
                }
            }
        }
    }

    /** Versions are opaque by contract; the embedded store's and etcd's are numbers that grow, and others count as new. */
    private static boolean newer(KubeObject object, KubeObject than) {
        long version = version(object);
        return version < 0 || version > version(than);
    }

    private static long version(KubeObject object) {
        String text = object.resourceVersion();
        boolean number = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(text) : -1;
    }
}
