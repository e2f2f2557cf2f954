package io.kantoku.tkg.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;

/** A kind of object with the collection that it is served in. */
public record Kind(GroupVersionKind kind, GroupVersionResource resource) {
    static Kind of(String groupVersion, String kind) {
        GroupVersionKind full = GroupVersion.parse(groupVersion).kind(kind);
        return new Kind(full, full.conventionalResource());
    }

    public String apiVersion() {
        return kind.groupVersion().toString();
    }

    public String name() {
        return kind.kind();
    }

    public KubeObject create(String namespace, String name) {
        return KubeObject.create(kind, namespace, name);
    }

    /** An object reference of the form that Cluster API uses. */
    public ObjectNode reference(String namespace, String name) {
        return Json.object()
                .put("apiVersion", apiVersion())
                .put("kind", name())
                .put("namespace", namespace)
                .put("name", name);
    }
}
