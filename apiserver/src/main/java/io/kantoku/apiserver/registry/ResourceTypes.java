package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Knows which resource types each logical cluster serves: built-in ones, which clusters share, and custom ones of their own. */
public final class ResourceTypes {
    private static final ServedTypes NONE = new ServedTypes(List.of());

    private final Map<List<ResourceType>, ServedTypes> shared = new ConcurrentHashMap<>();
    private final Map<ClusterId, List<ResourceType>> builtIns = new ConcurrentHashMap<>();
    private final Map<ClusterId, ServedTypes> served = new ConcurrentHashMap<>();

    /** Begins to serve a cluster with built-in types only. */
    public void add(ClusterId cluster, List<ResourceType> types) {
        builtIns.put(cluster, types);
        served.put(cluster, shared(types));
    }

    /** Changes the custom types of a cluster that exists; built-in types cannot be replaced by them. */
    public void setCustom(ClusterId cluster, Collection<ResourceType> custom) {
        List<ResourceType> base = builtIns.get(cluster);
        if (base == null) {
            return;
        }
        if (custom.isEmpty()) {
            served.put(cluster, shared(base));
            return;
        }
        List<ResourceType> all = new ArrayList<>(base);
        all.addAll(custom);
        served.put(cluster, new ServedTypes(all));
    }

    public void remove(ClusterId cluster) {
        builtIns.remove(cluster);
        served.remove(cluster);
    }

    /** What a cluster serves now; nothing when it does not exist. */
    public ServedTypes of(ClusterId cluster) {
        return served.getOrDefault(cluster, NONE);
    }

    /** The type of a collection, if the cluster serves it now. */
    public Optional<ResourceType> find(ClusterId cluster, GroupResource resource) {
        return of(cluster).find(resource);
    }

    /**
     * The type of a collection in a version.
     *
     * @throws ApiException 404 when the cluster does not serve it
     */
    public ResourceType require(ClusterId cluster, GroupResource resource, String version) {
        return of(cluster).find(resource, version).orElseThrow(ResourceTypes::notServed);
    }

    /** The same for the server's own parts, which may use the stored version whether or not it is served. */
    public ResourceType requireInternal(ClusterId cluster, GroupResource resource, String version) {
        return of(cluster).findInternal(resource, version).orElseThrow(ResourceTypes::notServed);
    }

    /** The 404 of a path that leads nowhere. */
    public static ApiException notServed() {
        return new ApiException(Status.failure(404, "NotFound", "the server could not find the requested resource")
                .withDetails(new Status.Details("", "", "", "", List.of(), 0)));
    }

    private ServedTypes shared(List<ResourceType> types) {
        return shared.computeIfAbsent(types, absent -> new ServedTypes(types));
    }
}
