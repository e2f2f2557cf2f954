package io.kantoku.apiserver;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.StorageKey;
import io.kantoku.apiserver.registry.WatchCache;
import io.kantoku.client.Clusters;
import io.kantoku.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logical clusters of one server: each a complete Kubernetes API of its own. A cluster that nobody uses costs memory for its
 * objects and nothing else.
 */
public final class LogicalClusters {
    private static final Logger LOG = LoggerFactory.getLogger(LogicalClusters.class);

    private final Store store;
    private final WatchCache cache;
    private final ResourceTypes types;
    private final ClusterRecords records;
    private final Function<String, List<ResourceType>> catalog;
    private final Map<ClusterId, ClusterOptions> open = new ConcurrentHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    private List<ClusterBootstrap> bootstraps = List.of();
    private Consumer<ClusterId> opened = cluster -> {};
    private Consumer<ClusterId> closed = cluster -> {};
    private @Nullable Clusters clients;
    private @Nullable InitialObjects initial;

    LogicalClusters(
            Store store,
            WatchCache cache,
            ResourceTypes types,
            ClusterRecords records,
            Function<String, List<ResourceType>> catalog) {
        this.store = store;
        this.cache = cache;
        this.types = types;
        this.records = records;
        this.catalog = catalog;
    }

    /**
     * Makes a cluster and everything that it has from the beginning; returns when all of that is stored.
     *
     * @throws IllegalStateException when it exists
     */
    public void create(ClusterId cluster, ClusterOptions options) {
        changing.lock();
        try {
            CoreBootstrap.firstAddress(options.serviceCidr());
            records.create(new ClusterRecords.Cluster(cluster, options, false));
            open(cluster, options);
        } finally {
            changing.unlock();
        }
        LOG.atInfo()
                .setMessage("logical cluster created")
                .addKeyValue("cluster", cluster)
                .addKeyValue("version", options.kubernetesVersion())
                .log();
    }

    /** Makes the cluster unless it exists; changes nothing of one that does. */
    public void ensure(ClusterId cluster, ClusterOptions options) {
        if (!open.containsKey(cluster)) {
            create(cluster, options);
        }
    }

    /** Changes what a cluster is, for example its version on an upgrade. */
    public void reconfigure(ClusterId cluster, ClusterOptions options) {
        changing.lock();
        try {
            if (!open.containsKey(cluster)) {
                throw new IllegalArgumentException("there is no cluster " + cluster);
            }
            records.replace(new ClusterRecords.Cluster(cluster, options, false));
            open(cluster, options);
        } finally {
            changing.unlock();
        }
    }

    /** Removes a cluster with all of its objects and ends its watches; nothing happens when there is none. */
    public void delete(ClusterId cluster) {
        changing.lock();
        try {
            ClusterOptions options = open.remove(cluster);
            if (options == null) {
                return;
            }
            records.replace(new ClusterRecords.Cluster(cluster, options, true));
            remove(cluster);
        } finally {
            changing.unlock();
        }
        LOG.atInfo()
                .setMessage("logical cluster deleted")
                .addKeyValue("cluster", cluster)
                .log();
    }

    public Set<ClusterId> ids() {
        return Set.copyOf(open.keySet());
    }

    /** What a cluster is; empty when there is none. */
    public Optional<ClusterOptions> options(ClusterId cluster) {
        return Optional.ofNullable(open.get(cluster));
    }

    /** Opens all clusters that the store knows, and finishes deletions that were cut short. */
    void openAll(
            Clusters admin,
            InitialObjects objects,
            List<ClusterBootstrap> hooks,
            Consumer<ClusterId> onOpened,
            Consumer<ClusterId> onClosed) {
        clients = admin;
        initial = objects;
        bootstraps = List.copyOf(hooks);
        opened = onOpened;
        closed = onClosed;
        for (ClusterRecords.Cluster cluster : records.all()) {
            if (cluster.deleting()) {
                remove(cluster.id());
            } else {
                open(cluster.id(), cluster.options());
            }
        }
    }

    private void open(ClusterId cluster, ClusterOptions options) {
        types.add(cluster, catalog.apply(options.kubernetesVersion()));
        open.put(cluster, options);
        opened.accept(cluster);
        Clusters admin = clients;
        InitialObjects objects = initial;
        if (admin != null && objects != null) {
            bootstraps.forEach(bootstrap -> bootstrap.prepare(options, admin.cluster(cluster), objects));
        }
    }

    private void remove(ClusterId cluster) {
        types.remove(cluster);
        store.deletePrefix(StorageKey.prefix(cluster));
        cache.awaitLatest();
        closed.accept(cluster);
        cache.forget(cluster);
        records.delete(cluster);
    }
}
