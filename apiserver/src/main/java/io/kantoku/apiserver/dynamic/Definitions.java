package io.kantoku.apiserver.dynamic;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the objects of one kind define, by cluster: read again when the collection has changed, kept for the clusters used last. Safe
 * for use by many threads.
 */
public final class Definitions<T> {
    private static final int CLUSTERS_KEPT = 256;

    private final ObjectReader objects;
    private final GroupResource resource;
    private final Function<List<KubeObject>, List<T>> parser;
    private final Map<ClusterId, Kept<T>> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ClusterId, Kept<T>> eldest) {
            return size() > CLUSTERS_KEPT;
        }
    };

    private record Kept<T>(long version, List<T> values) {}

    /** @param parser gets the objects by name */
    public Definitions(ObjectReader objects, GroupResource resource, Function<List<KubeObject>, List<T>> parser) {
        this.objects = objects;
        this.resource = resource;
        this.parser = parser;
    }

    /** What a cluster's objects define now. */
    public List<T> of(ClusterId cluster) {
        long version = objects.version(cluster, resource);
        synchronized (kept) {
            Kept<T> known = kept.get(cluster);
            if (known != null && known.version() == version) {
                return known.values();
            }
        }
        List<T> fresh = List.copyOf(parser.apply(objects.list(cluster, resource, "").stream()
                .sorted(java.util.Comparator.comparing(KubeObject::name))
                .toList()));
        synchronized (kept) {
            kept.put(cluster, new Kept<>(version, fresh));
        }
        return fresh;
    }
}
