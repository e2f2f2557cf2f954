package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.auth.UserInfo;

/**
 * What a write is about, and who writes.
 *
 * @param version the version in which the client speaks
 * @param subresource {@code ""} for the object itself
 * @param name the name within it is {@code ""} for a create
 */
public record Target(
        ClusterId cluster, UserInfo user, ResourceType type, String version, String subresource, NamespacedName name) {
    public Target named(String objectName) {
        return new Target(cluster, user, type, version, subresource, new NamespacedName(name.namespace(), objectName));
    }

    public Target part(String otherSubresource) {
        return new Target(cluster, user, type, version, otherSubresource, name);
    }

    StorageKey key() {
        return new StorageKey(cluster, type.collection(), name);
    }

    GroupKind kind() {
        return new GroupKind(type.name().group(), type.kind());
    }
}
