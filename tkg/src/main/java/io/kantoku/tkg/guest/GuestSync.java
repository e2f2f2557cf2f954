package io.kantoku.tkg.guest;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Controller;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.cluster.TanzuCluster;
import io.kantoku.tkg.cluster.TanzuCluster.GuestNetwork;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.NamespaceStorage;
import io.kantoku.tkg.objects.ObjectCache;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the Supervisor has in each guest cluster: system namespaces, the way back to the Supervisor, the namespace's storage
 * classes, and the rights of those who may edit the namespace. Requests name TanzuKubernetesClusters.
 */
public final class GuestSync {
    private static final NamespacedName SUPERVISOR_API = new NamespacedName("kube-system", "kube-apiserver-lb-svc");

    private final Caches caches;
    private final GuestClusters guests;
    private final Set<ClusterId> ready = ConcurrentHashMap.newKeySet();
    private volatile Consumer<NamespacedName> onReady = _ -> {};

    public GuestSync(Caches caches, GuestClusters guests) {
        this.caches = caches;
        this.guests = guests;
    }

    /** Whether everything was put into the guest once. */
    public boolean isReady(ClusterId guest) {
        return ready.contains(guest);
    }

    /** Tells of TanzuKubernetesClusters whose guests become ready. */
    public void onReady(Consumer<NamespacedName> listener) {
        onReady = listener;
    }

    public Controller controller() {
        Controller controller = Controller.named("guest-sync")
                .kind("TanzuKubernetesCluster")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.tanzuClusters.resource(),
                        caches.tanzuClusters,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(
                        caches.clusters.resource(),
                        caches.clusters,
                        Mapper.self().whenChanged((before, after) -> initialized(before) != initialized(after)))
                .watches(
                        caches.quotas.resource(),
                        caches.quotas,
                        Mapper.of(this::inNamespace).whenNotOnlyStatusChanged())
                .watches(caches.roleBindings.resource(), caches.roleBindings, Mapper.of(this::inNamespace))
                .watches(caches.storageClasses.resource(), caches.storageClasses, this::ofStorageClass)
                .watches(caches.clusterRoleBindings.resource(), caches.clusterRoleBindings, this::inGuest)
                .watches(caches.services.resource(), caches.services, this::ofService)
                .build();
        guests.listen(guest -> caches.clusterOf(guest)
                .map(cluster -> new Request(ClusterId.SUPERVISOR, cluster.namespacedName()))
                .ifPresent(controller::enqueue));
        return controller;
    }

    private static boolean initialized(KubeObject cluster) {
        return cluster.at("status", "controlPlaneInitialized").asBoolean();
    }

    private List<NamespacedName> inNamespace(KubeObject object) {
        return caches.tanzuClusters.by(object.namespace()).stream()
                .map(KubeObject::namespacedName)
                .toList();
    }

    private Collection<Request> ofStorageClass(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        return Caches.isGuest(cluster) ? inGuest(cluster, object, previous) : everyCluster();
    }

    private Collection<Request> inGuest(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        boolean added = previous == null; // one of ours, most likely: it is looked at when it changes or goes
        return added || !Caches.isGuest(cluster)
                ? List.of()
                : caches.clusterOf(cluster)
                        .map(found -> List.of(new Request(ClusterId.SUPERVISOR, found.namespacedName())))
                        .orElse(List.of());
    }

    private Collection<Request> ofService(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        boolean concerns = !Caches.isGuest(cluster)
                && object.namespacedName().equals(SUPERVISOR_API)
                && (previous == null || !address(Optional.of(previous)).equals(address(Optional.of(object))));
        return concerns ? everyCluster() : List.of();
    }

    private List<Request> everyCluster() {
        return caches.tanzuClusters.all().stream()
                .map(tkc -> new Request(ClusterId.SUPERVISOR, tkc.namespacedName()))
                .toList();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> tkc = caches.tanzuClusters.find(request.name());
        Optional<KubeObject> cluster = caches.clusters.find(request.name());
        if (tkc.isEmpty() || tkc.get().deleting() || cluster.isEmpty() || !initialized(cluster.get())) {
            tkc.flatMap(GuestClusterId::of).ifPresent(ready::remove);
            return Result.done();
        }
        ClusterId guest = GuestClusterId.of(cluster.get()).orElseThrow();
        if (!guests.isKnown(guest)) {
            return Result.done(); // leads here again when it is
        }
        sync(tkc.get(), guest);
        if (ready.add(guest)) {
            onReady.accept(request.name());
        }
        return Result.done();
    }

    private void sync(KubeObject tkc, ClusterId guest) {
        KubeClient client = caches.api().cluster(guest);
        boolean first = !ready.contains(guest);
        if (first) {
            GuestObjects.namespaces().forEach(namespace -> make(client, Kinds.NAMESPACE, namespace));
            make(client, Kinds.SERVICE, GuestObjects.supervisorService());
            if (guests.haveOwnNodes()) {
                forOwnNodes(client, TanzuCluster.of(tkc).network());
            }
        }
        String address = address(caches.services.find(SUPERVISOR_API));
        if (!address.isEmpty()) {
            endpoints(client, GuestObjects.supervisorEndpoints(address));
        }
        Set<String> assigned = caches.quotas
                .find(tkc.namespace(), tkc.namespace() + "-storagequota")
                .map(NamespaceStorage::assigned)
                .orElse(Set.of());
        List<KubeObject> sources = caches.storageClasses(ClusterId.SUPERVISOR).stream()
                .filter(object -> assigned.contains(object.name()))
                .toList();
        mirror(
                guest,
                caches.storageClasses,
                caches.storageClasses(guest),
                GuestObjects.storageClasses(TanzuCluster.of(tkc).storage(), sources));
        mirror(
                guest,
                caches.clusterRoleBindings,
                caches.syncedBindings(guest),
                GuestObjects.clusterRoleBindings(caches.roleBindings.by(tkc.namespace())));
    }

    private static void forOwnNodes(KubeClient client, GuestNetwork network) {
        make(client, Kinds.CSI_DRIVER, GuestObjects.volumeDriver());
        make(client, Kinds.CONFIG_MAP, GuestObjects.networkConfiguration(network));
        make(client, Kinds.SERVICE, GuestObjects.nameServer(network));
    }

    private static String address(Optional<KubeObject> service) {
        return service.map(object -> object.at("status", "loadBalancer", "ingress")
                        .path(0)
                        .path("ip")
                        .asText(""))
                .orElse("");
    }

    private static void make(KubeClient client, Kind kind, KubeObject wanted) {
        try {
            if (client.find(kind.resource(), wanted.namespacedName()).isEmpty()) {
                client.create(kind.resource(), wanted);
            }
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private static void endpoints(KubeClient client, KubeObject wanted) {
        Optional<KubeObject> present = client.find(Kinds.ENDPOINTS.resource(), wanted.namespacedName());
        if (present.isEmpty()) {
            client.create(Kinds.ENDPOINTS.resource(), wanted);
        } else if (!present.get().at("subsets").equals(wanted.at("subsets"))) {
            KubeObject changed = present.get().copy();
            changed.json().set("subsets", wanted.at("subsets"));
            client.update(Kinds.ENDPOINTS.resource(), changed);
        }
    }

    /** Makes the guest's objects the wanted ones; those that are not marked as the Supervisor's are left alone. */
    private static void mirror(ClusterId guest, ObjectCache cache, List<KubeObject> present, List<KubeObject> wanted) {
        Set<String> names = new HashSet<>();
        for (KubeObject object : wanted) {
            names.add(object.name());
            Optional<KubeObject> there = cache.find(guest, object.namespacedName());
            if (there.isEmpty()) {
                cache.create(guest, object);
            } else if (managed(there.get()) && differs(there.get(), object)) {
                if (there.get().at("parameters").equals(object.at("parameters"))
                        && there.get().at("roleRef").equals(object.at("roleRef"))) {
                    cache.update(guest, merged(there.get(), object));
                } else {
                    cache.delete(guest, there.get()); // its end leads here again
                }
            }
        }
        for (KubeObject object : present) {
            if (managed(object) && !names.contains(object.name())) {
                cache.delete(guest, object);
            }
        }
    }

    private static boolean managed(KubeObject object) {
        return object.labels().getOrDefault(GuestObjects.MANAGED, "").equals(GuestObjects.MANAGED_VALUE);
    }

    private static boolean differs(KubeObject present, KubeObject wanted) {
        return !merged(present, wanted).equals(present);
    }

    private static KubeObject merged(KubeObject present, KubeObject wanted) {
        KubeObject merged = present.copy();
        wanted.json().properties().forEach(field -> {
            if (!field.getKey().equals("metadata")) {
                merged.json().set(field.getKey(), field.getValue().deepCopy());
            }
        });
        wanted.annotations().forEach(merged::annotate);
        return merged;
    }
}
