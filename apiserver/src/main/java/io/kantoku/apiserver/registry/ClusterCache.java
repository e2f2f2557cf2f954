package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.GroupResource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The collections of one logical cluster in memory. A collection takes no room before it is used. */
final class ClusterCache {
    private final long floor;
    private final LongSupplier published;
    private final Map<GroupResource, CachedCollection> collections = new ConcurrentHashMap<>();

    /** @param floor the revision at which the cluster was known to be empty, or was loaded */
    ClusterCache(long floor, LongSupplier published) {
        this.floor = floor;
        this.published = published;
    }

    CachedCollection collection(GroupResource resource) {
        CachedCollection known = collections.get(resource);
        return known != null
                ? known
                : collections.computeIfAbsent(resource, absent -> new CachedCollection(floor, published));
    }

    Optional<CachedCollection> existing(GroupResource resource) {
        @Nullable CachedCollection known = collections.get(resource);
        return Optional.ofNullable(known);
    }

    Collection<CachedCollection> collections() {
        return collections.values();
    }

    Map<GroupResource, CachedCollection> byResource() {
        return collections;
    }
}
