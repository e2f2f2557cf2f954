package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import java.util.Optional;

/**
 * Where an object is in the store: {@code /<cluster>/<group>/<resource>/<namespace>/<name>}, with {@code core} for the core group
 * and {@code -} for objects without a namespace. No part can contain a slash, and no cluster begins with {@code _}, which
 * keys that are not objects begin with.
 */
public record StorageKey(ClusterId cluster, GroupResource resource, NamespacedName name) {
    private static final String CORE = "core";
    private static final String NO_NAMESPACE = "-";

    public StorageKey {
        if (name.name().isEmpty()
                || name.name().indexOf('/') >= 0
                || name.namespace().indexOf('/') >= 0) {
            throw new IllegalArgumentException("not an object's name: \"" + name + "\"");
        }
    }

    /** The beginning of the keys of all objects of a logical cluster. */
    public static String prefix(ClusterId cluster) {
        return "/" + cluster + "/";
    }

    /** The beginning of the keys of a collection. */
    public static String prefix(ClusterId cluster, GroupResource resource) {
        return prefix(cluster) + (resource.group().isEmpty() ? CORE : resource.group()) + "/" + resource.resource()
                + "/";
    }

    /** The beginning of {@link #position} for the objects of a namespace; {@code ""} for those of all namespaces. */
    static String positionPrefix(String namespace) {
        return namespace.isEmpty() ? "" : namespace + "/";
    }

    /** What follows the collection's prefix: orders the objects of a collection as the store does. */
    static String position(NamespacedName name) {
        return (name.namespace().isEmpty() ? NO_NAMESPACE : name.namespace()) + "/" + name.name();
    }

    String position() {
        return position(name);
    }

    /** Reads a key of the store; empty when it is not that of an object. */
    static Optional<StorageKey> parse(String key) {
        String[] parts = key.split("/", 6);
        if (parts.length != 6 || !parts[0].isEmpty() || parts[1].startsWith("_")) {
            return Optional.empty();
        }
        GroupResource resource =
                new GroupResource(parts[2].equals(CORE) ? "" : Shared.text(parts[2]), Shared.text(parts[3]));
        String namespace = parts[4].equals(NO_NAMESPACE) ? "" : Shared.text(parts[4]);
        return Optional.of(new StorageKey(
                new ClusterId(Shared.text(parts[1])), resource, new NamespacedName(namespace, Shared.text(parts[5]))));
    }

    @Override
    public String toString() {
        return prefix(cluster, resource) + position();
    }
}
