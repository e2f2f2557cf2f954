package io.kantoku.apiserver;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stands for the registry while the parts that will read through it, and that it is made from, are being made. */
final class DeferredReader implements ObjectReader {
    private volatile @Nullable ObjectReader reader;

    void becomes(ObjectReader real) {
        reader = real;
    }

    @Override
    public Optional<KubeObject> find(ClusterId cluster, GroupResource resource, NamespacedName name) {
        return real().find(cluster, resource, name);
    }

    @Override
    public List<KubeObject> list(ClusterId cluster, GroupResource resource, String namespace) {
        return real().list(cluster, resource, namespace);
    }

    @Override
    public long version(ClusterId cluster, GroupResource resource) {
        return real().version(cluster, resource);
    }

    @Override
    public Map<NamespacedName, Long> versions(ClusterId cluster, GroupResource resource) {
        return real().versions(cluster, resource);
    }

    private ObjectReader real() {
        return Objects.requireNonNull(reader, "the server is not complete yet");
    }
}
