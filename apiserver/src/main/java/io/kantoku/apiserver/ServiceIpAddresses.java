package io.kantoku.apiserver;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.CacheEvent;
import io.kantoku.apiserver.registry.CacheListener;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an IPAddress for each cluster address of a Service, in clusters whose release serves them (KEP-1880). What is taken is decided by the
 * Services themselves ({@code admission.ServiceAddresses}); these objects show it. Works on virtual threads, for one cluster at a time.
 */
final class ServiceIpAddresses implements CacheListener, ClusterBootstrap {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceIpAddresses.class);
    private static final String LABELS = "ipaddress.kubernetes.io/";
    private static final GroupVersionResource SERVICES = new GroupVersionResource("", "v1", "services");
    private static final GroupVersionResource ADDRESSES =
            new GroupVersionResource("networking.k8s.io", "v1", "ipaddresses");
    private static final GroupVersionKind ADDRESS = new GroupVersionKind("networking.k8s.io", "v1", "IPAddress");

    private final ResourceTypes types;
    private final Clusters admin;
    private final Map<ClusterId, ReentrantLock> working = new ConcurrentHashMap<>();

    ServiceIpAddresses(ResourceTypes types, Clusters admin) {
        this.types = types;
        this.admin = admin;
    }

    /** Services, which the cache is to be asked to tell of. */
    static GroupResource followed() {
        return SERVICES.groupResource();
    }

    @Override
    public void prepare(ClusterOptions options, KubeClient client, InitialObjects objects) {
        if (serves(client.cluster())) {
            client.list(SERVICES, Query.all())
                    .items()
                    .forEach(service -> settle(client, service.namespacedName(), addresses(service)));
        }
    }

    /** Forgets a cluster. */
    void close(ClusterId cluster) {
        working.remove(cluster);
    }

    @Override
    public void onInitial(List<StoredObject> objects) {
        // each cluster is looked at when it is opened
    }

    @Override
    public void onChange(ClusterId cluster, CacheEvent event) {
        if (serves(cluster)) {
            Thread.ofVirtual().name("ip-addresses-" + cluster).start(() -> changed(cluster, event));
        }
    }

    private boolean serves(ClusterId cluster) {
        return types.find(cluster, ADDRESSES.groupResource())
                .filter(type -> !type.versions().isEmpty())
                .isPresent();
    }

    private void changed(ClusterId cluster, CacheEvent event) {
        Set<String> concerned = new TreeSet<>(addresses(event.object().shared()));
        StoredObject before = event.previous();
        if (before != null) {
            Set<String> old = addresses(before.shared());
            if (old.equals(concerned) && !event.deleted()) {
                return;
            }
            concerned.addAll(old);
        }
        try {
            settle(admin.cluster(cluster), event.object().name(), concerned);
        } catch (ApiException e) {
            LOG.atDebug()
                    .setMessage("the IPAddresses of a Service could not be brought up to date")
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("service", event.object().name())
                    .setCause(e)
                    .log();
        }
    }

    private void settle(KubeClient client, NamespacedName service, Set<String> concerned) {
        ReentrantLock lock = working.computeIfAbsent(client.cluster(), absent -> new ReentrantLock());
        lock.lock();
        try {
            Set<String> held = client.find(SERVICES, service)
                    .map(ServiceIpAddresses::addresses)
                    .orElse(Set.of());
            for (String address : concerned) {
                Optional<KubeObject> present = client.find(ADDRESSES, new NamespacedName("", address));
                KubeObject wanted = address(address, service);
                boolean own = present.filter(object -> object.at("spec").equals(wanted.at("spec")))
                        .isPresent();
                if (held.contains(address) && present.isEmpty()) {
                    client.create(ADDRESSES, wanted);
                } else if (held.contains(address) && !own) {
                    present.ifPresent(object -> client.update(ADDRESSES, of(object, wanted)));
                } else if (!held.contains(address) && own) {
                    client.delete(ADDRESSES, wanted.namespacedName(), DeleteOptions.background());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static KubeObject of(KubeObject present, KubeObject wanted) {
        KubeObject changed = present.copy();
        changed.json().set("spec", wanted.at("spec"));
        return changed;
    }

    private static KubeObject address(String address, NamespacedName service) {
        KubeObject object = KubeObject.create(ADDRESS, "", address)
                .label(LABELS + "ip-family", address.indexOf(':') < 0 ? "IPv4" : "IPv6")
                .label(LABELS + "managed-by", "ipallocator.k8s.io");
        object.spec()
                .putObject("parentRef")
                .put("group", "")
                .put("name", service.name())
                .put("namespace", service.namespace())
                .put("resource", "services");
        return object;
    }

    private static Set<String> addresses(KubeObject service) {
        Set<String> addresses = new TreeSet<>();
        service.at("spec", "clusterIPs").forEach(address -> addresses.add(address.asText()));
        addresses.remove("None");
        return addresses;
    }
}
