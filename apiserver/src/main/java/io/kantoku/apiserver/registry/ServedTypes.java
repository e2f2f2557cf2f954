package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The resource types that a logical cluster serves at some moment. Immutable; clusters without custom resources share one.
 *
 * <p>What is derived from the types as a whole (discovery, schemas) is kept with them, see {@link #derived}.
 */
public final class ServedTypes {
    private final Map<GroupResource, ResourceType> byResource = new LinkedHashMap<>();
    private final Map<GroupKind, ResourceType> byKind = new HashMap<>();
    private final Map<String, List<String>> versionsByGroup = new LinkedHashMap<>();
    private final Map<GroupVersion, List<ResourceType>> byGroupVersion = new HashMap<>();
    private final Map<GroupResource, List<ResourceType>> byCollection = new HashMap<>();
    private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();

    /** @param types earlier ones win where two have the same name */
    ServedTypes(Collection<ResourceType> types) {
        for (ResourceType type : types) {
            if (byResource.putIfAbsent(type.name(), type) == null) {
                byKind.putIfAbsent(new GroupKind(type.name().group(), type.kind()), type);
                if (!type.versions().isEmpty()) {
                    byCollection
                            .computeIfAbsent(type.collection(), absent -> new ArrayList<>(1))
                            .add(type);
                }
                for (String version : type.versions()) {
                    List<String> versions =
                            versionsByGroup.computeIfAbsent(type.name().group(), absent -> new ArrayList<>());
                    if (!versions.contains(version)) {
                        versions.add(version);
                    }
                    byGroupVersion
                            .computeIfAbsent(
                                    new GroupVersion(type.name().group(), version), absent -> new ArrayList<>())
                            .add(type);
                }
            }
        }
        versionsByGroup.values().forEach(versions -> versions.sort(VersionOrder.NEWEST_FIRST));
        byGroupVersion
                .values()
                .forEach(list ->
                        list.sort(Comparator.comparing(type -> type.name().resource())));
    }

    public Optional<ResourceType> find(GroupResource resource) {
        return Optional.ofNullable(byResource.get(resource));
    }

    public Optional<ResourceType> find(GroupResource resource, String version) {
        return find(resource).filter(type -> type.versions().contains(version));
    }

    /** The same for the server's own parts, which may use the stored version whether or not it is served. */
    public Optional<ResourceType> findInternal(GroupResource resource, String version) {
        return find(resource)
                .filter(type -> type.versions().contains(version)
                        || type.storageVersion().equals(version));
    }

    public Optional<ResourceType> find(GroupKind kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    /** The other kinds under which the objects of a kind are seen. */
    public List<ResourceType> sharing(ResourceType type) {
        List<ResourceType> all = byCollection.getOrDefault(type.collection(), List.of());
        return all.size() < 2
                ? List.of()
                : all.stream()
                        .filter(other -> !other.name().equals(type.name()))
                        .toList();
    }

    public Collection<ResourceType> all() {
        return byResource.values();
    }

    /** All groups in the order in which they are announced; the core group is {@code ""}. */
    public List<String> groups() {
        return List.copyOf(versionsByGroup.keySet());
    }

    /** The versions of a group, the preferred one first; none when the group is not served. */
    public List<String> versions(String group) {
        return List.copyOf(versionsByGroup.getOrDefault(group, List.of()));
    }

    /** The types of a group version by name; none when it is not served. */
    public List<ResourceType> in(GroupVersion groupVersion) {
        return List.copyOf(byGroupVersion.getOrDefault(groupVersion, List.of()));
    }

    /** Something that depends on these types only, made once. */
    public <T> T derived(Class<T> kind, Supplier<T> maker) {
        return kind.cast(derived.computeIfAbsent(kind, absent -> maker.get()));
    }
}
