package io.kantoku.apiserver.metrics;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.apiserver.registry.WatchCache;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The figures of all logical clusters; each cluster sees its own, and those of the process. Safe for use by many threads. */
public final class ApiMetrics {
    public static final String MEDIA_TYPE = Exposition.MEDIA_TYPE;

    private final WatchCache cache;
    private final Map<ClusterId, ClusterMetrics> clusters = new ConcurrentHashMap<>();

    public ApiMetrics(WatchCache cache) {
        this.cache = cache;
    }

    /** Where a cluster's requests are counted. */
    public ClusterMetrics of(ClusterId cluster) {
        ClusterMetrics known = clusters.get(cluster);
        return known != null ? known : clusters.computeIfAbsent(cluster, absent -> new ClusterMetrics());
    }

    /** Forgets a cluster. */
    public void forget(ClusterId cluster) {
        clusters.remove(cluster);
    }

    /** All that a cluster may know, in Prometheus' text format. */
    public byte[] text(ClusterId cluster, ServedTypes types, String kubernetesVersion) {
        Exposition out = new Exposition();
        ClusterMetrics own = of(cluster);
        own.write(out);
        deprecated(out, own, types, kubernetesVersion);
        objects(out, cluster);
        out.family("kubernetes_build_info", "gauge", "What this server is.")
                .sample(
                        "kubernetes_build_info",
                        1,
                        "compiler",
                        "javac",
                        "git_version",
                        kubernetesVersion,
                        "platform",
                        "linux/" + System.getProperty("os.arch", ""));
        ProcessMetrics.write(out);
        return out.bytes();
    }

    private static void deprecated(Exposition out, ClusterMetrics own, ServedTypes types, String kubernetesVersion) {
        out.family("apiserver_requested_deprecated_apis", "gauge", "Versions that will go and have been asked for.");
        Map<String, String[]> found = new TreeMap<>();
        for (Operation operation : own.operations()) {
            types.find(new GroupResource(operation.group(), operation.resource()))
                    .filter(type -> Catalog.deprecation(type, operation.version(), kubernetesVersion)
                            .isPresent())
                    .ifPresent(type -> {
                        String[] labels = {
                            "group",
                            operation.group(),
                            "removed_release",
                            Catalog.removal(type, operation.version()).orElse(""),
                            "resource",
                            operation.resource(),
                            "subresource",
                            operation.subresource(),
                            "version",
                            operation.version()
                        };
                        found.put(String.join("/", labels), labels);
                    });
        }
        found.values().forEach(labels -> out.sample("apiserver_requested_deprecated_apis", 1, labels));
    }

    private void objects(Exposition out, ClusterId cluster) {
        out.family("apiserver_storage_objects", "gauge", "Objects that are stored.");
        Map<GroupResource, Integer> counts = new TreeMap<>(Comparator.comparing(GroupResource::toString));
        counts.putAll(cache.counts(cluster));
        counts.forEach(
                (resource, count) -> out.sample("apiserver_storage_objects", count, "resource", resource.toString()));
    }
}
