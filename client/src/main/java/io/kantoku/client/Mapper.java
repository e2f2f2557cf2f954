package io.kantoku.client;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says which requests a change to an object leads to. Called on the subscription's thread; must not block. */
@FunctionalInterface
public interface Mapper {
    /** {@code previous} is null when the object is new; when it was deleted both are its last state. */
    Collection<Request> map(ClusterId cluster, KubeObject object, @Nullable KubeObject previous);

    /** Whether the call tells of the object's end: both states are the same one. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isDeletion(KubeObject object, @Nullable KubeObject previous) {
        return object == previous;
    }

    /** The object itself. */
    static Mapper self() {
        return (cluster, object, _) -> List.of(new Request(cluster, object.namespacedName()));
    }

    /** What the object names, now and before the change. */
    static Mapper of(Function<KubeObject, Collection<NamespacedName>> names) {
        return (cluster, object, previous) -> {
            Set<Request> requests = new LinkedHashSet<>();
            names.apply(object).forEach(name -> requests.add(new Request(cluster, name)));
            if (previous != null && !isDeletion(object, previous)) {
                names.apply(previous).forEach(name -> requests.add(new Request(cluster, name)));
            }
            return requests;
        };
    }

    /** The owners of one kind in the object's namespace, whatever their API version. */
    static Mapper owner(String group, String kind) {
        return of(object -> owners(object, group, kind, object.namespace()));
    }

    /** The cluster-scoped owners of one kind. */
    static Mapper clusterScopedOwner(String group, String kind) {
        return of(object -> owners(object, group, kind, ""));
    }

    /** The object of the same namespace that a label's value names. */
    static Mapper label(String key) {
        return of(object -> {
            String name = object.labels().getOrDefault(key, "");
            return name.isEmpty() ? List.of() : List.of(new NamespacedName(object.namespace(), name));
        });
    }

    /** Only changes that pass the test; additions (without a previous state) and deletions always do. */
    default Mapper whenChanged(BiPredicate<KubeObject, KubeObject> test) {
        return (cluster, object, previous) ->
                previous == null || isDeletion(object, previous) || test.test(previous, object)
                        ? map(cluster, object, previous)
                        : List.of();
    }

    /** Only changes to what users write: spec (by generation), labels, annotations, finalizers, deletion. */
    default Mapper whenNotOnlyStatusChanged() {
        return whenChanged((before, after) -> before.generation() != after.generation()
                || before.generation() == 0
                || before.deleting() != after.deleting()
                || !before.at("metadata", "labels").equals(after.at("metadata", "labels"))
                || !before.at("metadata", "annotations").equals(after.at("metadata", "annotations"))
                || !before.at("metadata", "finalizers").equals(after.at("metadata", "finalizers")));
    }

    private static Collection<NamespacedName> owners(KubeObject object, String group, String kind, String namespace) {
        List<NamespacedName> names = new ArrayList<>();
        for (OwnerReference owner : object.ownerReferences()) {
            if (owner.kind().equals(kind) && group(owner.apiVersion()).equals(group)) {
                names.add(new NamespacedName(namespace, owner.name()));
            }
        }
        return names;
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
