package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Objects of several clusters in memory, as authorizers and admission see them. */
public final class FakeObjects implements ObjectReader {
    private record Collection(ClusterId cluster, GroupResource resource) {}

    private final Map<Collection, TreeMap<String, KubeObject>> objects = new HashMap<>();
    private final Map<NamespacedName, Long> versions = new HashMap<>();
    private long version;

    /** Stores an object, given in YAML; its resource is the plural of its kind. */
    public KubeObject put(ClusterId cluster, String yaml) {
        KubeObject object = KubeObject.of(Yaml.parseObject(yaml));
        put(cluster, object);
        return object;
    }

    public void put(ClusterId cluster, KubeObject object) {
        version++;
        collection(cluster, resource(object)).put(object.namespacedName().toString(), object.copy());
        versions.put(object.namespacedName(), version);
    }

    public void remove(ClusterId cluster, KubeObject object) {
        version++;
        collection(cluster, resource(object)).remove(object.namespacedName().toString());
    }

    @Override
    public Optional<KubeObject> find(ClusterId cluster, GroupResource resource, NamespacedName name) {
        return Optional.ofNullable(collection(cluster, resource).get(name.toString()))
                .map(KubeObject::copy);
    }

    @Override
    public List<KubeObject> list(ClusterId cluster, GroupResource resource, String namespace) {
        List<KubeObject> found = new ArrayList<>();
        for (KubeObject object : collection(cluster, resource).values()) {
            if (namespace.isEmpty() || object.namespace().equals(namespace)) {
                found.add(object.copy());
            }
        }
        return found;
    }

    @Override
    public long version(ClusterId cluster, GroupResource resource) {
        return version;
    }

    @Override
    public Map<NamespacedName, Long> versions(ClusterId cluster, GroupResource resource) {
        Map<NamespacedName, Long> found = new HashMap<>();
        list(cluster, resource, "")
                .forEach(object ->
                        found.put(object.namespacedName(), versions.getOrDefault(object.namespacedName(), 0L)));
        return found;
    }

    private TreeMap<String, KubeObject> collection(ClusterId cluster, GroupResource resource) {
        return objects.computeIfAbsent(new Collection(cluster, resource), any -> new TreeMap<>());
    }

    private static GroupResource resource(KubeObject object) {
        String kind = object.kind().toLowerCase(Locale.ROOT);
        String plural = kind.endsWith("ss") ? kind + "es" : kind + "s";
        return new GroupResource(object.groupVersionKind().group(), plural);
    }
}
