package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.apiserver.registry.ApiPriority;
import io.kantoku.apiserver.registry.CacheEvent;
import io.kantoku.apiserver.registry.CacheListener;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an APIService for each group version that this server serves itself, as upstream's autoregistration does: those of built-in groups
 * are made when a cluster is opened, those of custom resources follow their definitions. One that somebody has made by hand, without the
 * label, is left alone. Works on virtual threads, for one cluster at a time.
 */
final class LocalApis implements CacheListener {
    static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";

    private static final Logger LOG = LoggerFactory.getLogger(LocalApis.class);
    private static final String ON_START = "onstart";
    private static final String ALWAYS = "true";
    private static final String OWN_GROUP = "apiregistration.k8s.io";
    private static final GroupVersionResource RESOURCE = new GroupVersionResource(OWN_GROUP, "v1", "apiservices");
    private static final GroupVersionKind KIND = new GroupVersionKind(OWN_GROUP, "v1", "APIService");

    private final ResourceTypes types;
    private final Function<ClusterId, String> versions;
    private final Map<ClusterId, Cluster> clusters = new ConcurrentHashMap<>();
    private final Set<ClusterId> waiting = ConcurrentHashMap.newKeySet();
    private final Set<ClusterId> complete = ConcurrentHashMap.newKeySet();

    private record Cluster(KubeClient admin, ReentrantLock working) {}

    /** @param versions the Kubernetes version of each cluster */
    LocalApis(ResourceTypes types, Function<ClusterId, String> versions) {
        this.types = types;
        this.versions = versions;
    }

    /**
     * Makes what a cluster that is being opened lacks, and removes what it serves no more. Nobody else looks at the cluster meanwhile: its
     * first custom types may be defined before this is done.
     */
    void open(KubeClient admin, InitialObjects objects) {
        Cluster cluster = clusters.computeIfAbsent(admin.cluster(), absent -> new Cluster(admin, new ReentrantLock()));
        cluster.working().lock();
        try {
            List<InitialObjects.Item> builtIn = wanted(admin.cluster()).values().stream()
                    .filter(service -> ON_START.equals(label(service)))
                    .map(InitialObjects.Item::of)
                    .toList();
            objects.ensure(
                    admin.cluster(),
                    "local APIs of 1." + KubernetesRelease.minorOf(versions.apply(admin.cluster())),
                    builtIn);
            settle(cluster);
        } finally {
            cluster.working().unlock();
        }
        complete.add(admin.cluster());
    }

    /** Whether a cluster has been opened, and had all of its own then. */
    boolean isComplete(ClusterId cluster) {
        return complete.contains(cluster);
    }

    /** Forgets a cluster. */
    void close(ClusterId cluster) {
        clusters.remove(cluster);
        complete.remove(cluster);
    }

    /** Looks again at a cluster whose custom types have changed, in the background. */
    void changed(ClusterId id) {
        Cluster cluster = clusters.get(id);
        if (cluster != null && waiting.add(id)) {
            Thread.ofVirtual().name("apiservices-" + id).start(() -> {
                waiting.remove(id);
                try {
                    settle(cluster);
                } catch (ApiException e) {
                    LOG.atDebug()
                            .setMessage("the APIServices of a cluster could not be brought up to date")
                            .addKeyValue("cluster", id)
                            .setCause(e)
                            .log();
                }
            });
        }
    }

    @Override
    public void onInitial(List<StoredObject> objects) {
        // each cluster is looked at when it is opened
    }

    /** Those of custom resources come back when they are deleted. */
    @Override
    public void onChange(ClusterId cluster, CacheEvent event) {
        if (event.deleted() && ALWAYS.equals(label(KubeObject.of(event.object().tree())))) {
            changed(cluster);
        }
    }

    private void settle(Cluster cluster) {
        cluster.working().lock();
        try {
            KubeClient admin = cluster.admin();
            Map<String, KubeObject> missing = wanted(admin.cluster());
            for (KubeObject present : admin.list(RESOURCE, Query.all()).items()) {
                KubeObject own = missing.remove(present.name());
                boolean managed = !label(present).isEmpty();
                if (managed && own == null) {
                    remove(admin, present);
                } else if (managed && own != null && !own.spec().equals(present.spec())) {
                    present.json().set("spec", own.spec());
                    admin.update(RESOURCE, present);
                }
            }
            InitialObjects.ensure(
                    admin,
                    missing.values().stream()
                            .map(object -> new InitialObjects.Item(RESOURCE, object))
                            .toList());
        } finally {
            cluster.working().unlock();
        }
    }

    private static void remove(KubeClient admin, KubeObject service) {
        try {
            admin.delete(
                    RESOURCE,
                    service.namespacedName(),
                    DeleteOptions.background().ofUid(service.uid()));
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    private static String label(KubeObject service) {
        return service.labels().getOrDefault(MANAGED, "");
    }

    /** The APIServices that a cluster has by itself, by name. */
    private Map<String, KubeObject> wanted(ClusterId cluster) {
        ServedTypes served = types.of(cluster);
        Map<String, KubeObject> wanted = new TreeMap<>();
        for (GroupVersion version : groupVersions(served)) {
            boolean builtIn =
                    served.in(version).stream().anyMatch(type -> type.strategy().builtIn());
            ApiPriority priority = builtIn ? Catalog.priority(version, versions.apply(cluster)) : ApiPriority.CUSTOM;
            KubeObject service = KubeObject.create(KIND, "", version.version() + "." + version.group());
            service.label(MANAGED, builtIn ? ON_START : ALWAYS);
            ObjectNode spec = service.spec();
            if (!version.group().isEmpty()) {
                spec.put("group", version.group());
            }
            spec.put("version", version.version())
                    .put("groupPriorityMinimum", priority.group())
                    .put("versionPriority", priority.version());
            wanted.put(service.name(), service);
        }
        return wanted;
    }

    /** All but the group of APIServices, which the aggregator itself serves. */
    private static List<GroupVersion> groupVersions(ServedTypes served) {
        List<GroupVersion> all = new ArrayList<>();
        for (String group : served.groups()) {
            if (!group.equals(OWN_GROUP)) {
                served.versions(group).forEach(version -> all.add(new GroupVersion(group, version)));
            }
        }
        return all;
    }
}
