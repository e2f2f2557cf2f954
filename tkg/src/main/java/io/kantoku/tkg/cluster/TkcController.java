package io.kantoku.tkg.cluster;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.tkg.objects.ObjectCache;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Makes a TanzuKubernetesCluster into Cluster API objects, keeps its status, and takes it apart.
 *
 * <p>The Service in front of the API servers is made first, since machines need its address; all else is made meanwhile.
 */
public final class TkcController {
    private final Caches caches;
    private final GuestClusters guests;
    private final Predicate<ClusterId> guestReady;
    private final ClusterKeys keys;
    private final Events events;
    private final InstantSource clock;

    /** By uid, the server of each kubeconfig that was found or made. */
    private final Map<String, String> kubeconfigs = new ConcurrentHashMap<>();

    /** @param guestReady whether the objects that the Supervisor keeps in a guest are there */
    public TkcController(
            Caches caches,
            GuestClusters guests,
            Predicate<ClusterId> guestReady,
            RandomGenerator random,
            InstantSource clock) {
        this.caches = caches;
        this.guests = guests;
        this.guestReady = guestReady;
        this.keys = new ClusterKeys(caches.supervisor(), clock, random);
        this.events = new Events(caches.api(), "tanzukubernetescluster-controller", clock);
        this.clock = clock;
    }

    public Controller controller() {
        Controller.Builder builder = Controller.named("tanzukubernetescluster")
                .kind("TanzuKubernetesCluster")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.tanzuClusters.resource(),
                        caches.tanzuClusters,
                        Mapper.self().whenNotOnlyStatusChanged());
        for (ObjectCache part : List.of(
                caches.clusters,
                caches.wcpClusters,
                caches.controlPlanes,
                caches.deployments,
                caches.machineSets,
                caches.machines,
                caches.policies)) {
            builder.watches(part.resource(), part, Mapper.label(Labels.CLUSTER));
        }
        return builder.watches(caches.vms.resource(), caches.vms, Mapper.label(Labels.VM_CLUSTER))
                .watches(caches.vmServices.resource(), caches.vmServices, Mapper.of(TkcController::clustersOf))
                .watches(
                        caches.claims.resource(),
                        caches.claims,
                        Caches.onSupervisor(Mapper.label(Labels.GUEST_CLUSTER)))
                .watches(
                        caches.releases.resource(),
                        caches.releases,
                        ((Mapper) (_, _, _) -> waitingForRelease()).whenNotOnlyStatusChanged())
                .observes(caches.networks.resource(), caches.networks)
                .observes(caches.wcpTemplates.resource(), caches.wcpTemplates)
                .observes(caches.kubeadmTemplates.resource(), caches.kubeadmTemplates)
                .build();
    }

    private static List<NamespacedName> clustersOf(KubeObject service) {
        List<NamespacedName> names = new ArrayList<>(Caches.labelled(service, Labels.CLUSTER));
        names.addAll(Caches.labelled(service, Labels.GUEST_CLUSTER));
        return names;
    }

    /** A cluster without Cluster object either is new or lacks its release. */
    private List<Request> waitingForRelease() {
        return caches.tanzuClusters.all().stream()
                .map(KubeObject::namespacedName)
                .filter(name -> caches.clusters.find(name).isEmpty())
                .map(name -> new Request(ClusterId.SUPERVISOR, name))
                .toList();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.tanzuClusters.find(request.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        KubeObject tkc = found.get();
        if (tkc.deleting()) {
            return remove(tkc);
        }
        tkc = marked(tkc);
        TanzuCluster wanted = TanzuCluster.of(tkc);
        Optional<KubeObject> release =
                caches.releases.by(wanted.version()).stream().findFirst();
        if (release.isEmpty()) {
            return lacksRelease(tkc, wanted);
        }
        ClusterId id =
                GuestClusterId.of(tkc).orElseThrow(() -> new IllegalStateException("a marked cluster has an id"));
        build(tkc, new TkcObjects(tkc, wanted, id, release.get().text("spec", "nodeImageRef", "name")));
        Optional<KubeObject> cluster = caches.clusters.find(tkc.namespacedName());
        String host = cluster.map(object -> object.text("spec", "controlPlaneEndpoint", "host"))
                .orElse("");
        String server = "https://" + host + ":" + TkcObjects.API_PORT;
        if (!host.isEmpty() && !server.equals(kubeconfigs.get(tkc.uid()))) {
            keys.ensureKubeconfig(tkc, server);
            kubeconfigs.put(tkc.uid(), server);
        }
        report(tkc, wanted, id);
        return Result.done();
    }

    /** The cluster with its finalizer and the id of its guest's API. */
    private KubeObject marked(KubeObject tkc) {
        boolean complete = tkc.finalizers().contains(Labels.CLUSTER_FINALIZER)
                && GuestClusterId.of(tkc).isPresent();
        if (complete) {
            return tkc;
        }
        KubeObject changed = tkc.copy();
        if (!changed.finalizers().contains(Labels.CLUSTER_FINALIZER)) {
            changed.metadata().withArrayProperty("finalizers").add(Labels.CLUSTER_FINALIZER);
        }
        if (GuestClusterId.of(changed).isEmpty()) {
            changed.annotate(
                    Labels.CLUSTER_ID,
                    GuestClusterId.create(tkc.namespace(), tkc.name(), tkc.uid())
                            .value());
        }
        return caches.tanzuClusters.update(changed);
    }

    private Result lacksRelease(KubeObject tkc, TanzuCluster wanted) {
        KubeObject changed = tkc.copy();
        changed.status().put("phase", "creating");
        String message = "there is no TanzuKubernetesRelease of version " + wanted.version()
                + "; add its image to the content library, or choose another version (kubectl get tkr)";
        Conditions.set(changed, Condition.isFalse(TkcStatus.READY, "ReleaseNotFound", message), clock.instant());
        events.warning(ClusterId.SUPERVISOR, tkc, "ReleaseNotFound", message);
        caches.tanzuClusters.updateStatus(changed);
        return Result.done();
    }

    private void build(KubeObject tkc, TkcObjects objects) {
        String network =
                caches.defaultNetwork(tkc.namespace()).map(KubeObject::name).orElse("");
        caches.vmServices.ensure(objects.controlPlaneService(network));
        caches.policies.ensure(objects.resourcePolicy());
        caches.wcpClusters.ensure(objects.wcpCluster());
        if (caches.clusters.find(tkc.namespacedName()).isEmpty()) {
            keys.ensure(tkc);
            caches.clusters.ensure(objects.cluster());
        }
        caches.wcpTemplates.ensure(objects.controlPlaneTemplate());
        caches.wcpTemplates.ensure(objects.workersTemplate());
        caches.kubeadmTemplates.ensure(objects.workersConfigTemplate());
        follow(caches.controlPlanes, objects.controlPlane());
        follow(caches.deployments, workers(objects));
    }

    /** A new release reaches the workers when no master is of an older one: a kubelet must not be newer than its API server. */
    private KubeObject workers(TkcObjects objects) {
        KubeObject wanted = objects.workers();
        Optional<KubeObject> present = caches.deployments.find(wanted.namespacedName());
        String version = wanted.text("spec", "template", "spec", "version");
        boolean mastersAreThere = caches.controlPlanes
                .find(objects.controlPlane().namespacedName())
                .filter(plane -> plane.text("status", "version").equals(version))
                .isPresent();
        if (present.isPresent()
                && !present.get().text("spec", "template", "spec", "version").equals(version)
                && !mastersAreThere) {
            wanted.spec().set("template", present.get().at("spec", "template").deepCopy());
        }
        return wanted;
    }

    /** Makes the object, or gives the one that is there the wanted spec. */
    private static void follow(ObjectCache cache, KubeObject wanted) {
        Optional<KubeObject> present = cache.find(wanted.namespacedName());
        if (present.isEmpty()) {
            cache.create(wanted);
            return;
        }
        KubeObject changed = present.get().copy();
        wanted.spec()
                .properties()
                .forEach(field ->
                        changed.spec().set(field.getKey(), field.getValue().deepCopy()));
        cache.update(changed);
    }

    private void report(KubeObject tkc, TanzuCluster wanted, ClusterId id) {
        KubeObject changed = tkc.copy();
        Instant now = clock.instant();
        String before = tkc.text("status", "phase");
        TkcStatus.write(changed, wanted, observed(tkc, id), now);
        String after = changed.text("status", "phase");
        caches.tanzuClusters.updateStatus(changed);
        if (!after.equals(before)) {
            events.normal(
                    ClusterId.SUPERVISOR,
                    tkc,
                    "PhaseChanged",
                    "cluster changes from " + (before.isEmpty() ? "new" : before) + " to " + after);
        }
    }

    private TkcStatus.Observed observed(KubeObject tkc, ClusterId id) {
        String key = Caches.key(tkc.namespace(), tkc.name());
        Map<String, KubeObject> vms = new HashMap<>();
        caches.vms.by(key).forEach(vm -> vms.put(vm.name(), vm));
        return new TkcStatus.Observed(
                caches.clusters.find(tkc.namespacedName()),
                caches.controlPlanes.find(tkc.namespace(), ClusterNames.controlPlane(tkc.name())),
                caches.deployments.find(tkc.namespace(), ClusterNames.workers(tkc.name(), tkc.uid())),
                caches.machines.by(key),
                vms,
                guestReady.test(id));
    }

    /** Takes the cluster apart: first what runs, then its API, then what it was made from. */
    private Result remove(KubeObject tkc) {
        if (!tkc.finalizers().contains(Labels.CLUSTER_FINALIZER)) {
            return Result.done();
        }
        ClusterId id = GuestClusterId.of(tkc).orElse(null);
        if (id != null) {
            report(tkc, TanzuCluster.of(tkc), id);
        }
        String key = Caches.key(tkc.namespace(), tkc.name());
        List<KubeObject> services = caches.mirroredServices(tkc.namespace(), tkc.name());
        services.forEach(caches.vmServices::delete);
        caches.deployments.by(key).forEach(caches.deployments::delete);
        caches.machineSets.by(key).forEach(caches.machineSets::delete);
        caches.controlPlanes.by(key).forEach(caches.controlPlanes::delete);
        List<KubeObject> machines = caches.machines.by(key);
        machines.forEach(caches.machines::delete);
        if (!machines.isEmpty() || !caches.vms.by(key).isEmpty() || !services.isEmpty()) {
            return Result.done();
        }
        List<KubeObject> claims = caches.claimsOf(tkc.namespace(), tkc.name()).stream()
                .filter(claim -> claim.ownerReferences().stream()
                        .anyMatch(owner -> owner.uid().equals(tkc.uid())))
                .toList();
        claims.forEach(caches.claims::delete);
        if (!claims.isEmpty()) {
            return Result.done();
        }
        if (id != null) {
            guests.delete(id);
        }
        boolean left = false;
        left |= removeNamed(caches.vmServices, tkc, ClusterNames.controlPlaneService(tkc.name()));
        left |= removeNamed(caches.policies, tkc, tkc.name());
        if (left) {
            return Result.done();
        }
        removeNamed(caches.wcpClusters, tkc, tkc.name());
        removeNamed(caches.clusters, tkc, tkc.name());
        caches.wcpTemplates.by(key).forEach(caches.wcpTemplates::delete);
        caches.kubeadmTemplates.by(key).forEach(caches.kubeadmTemplates::delete);
        kubeconfigs.remove(tkc.uid());
        ClusterKeys.PURPOSES.forEach(purpose -> removeSecret(tkc, purpose));
        caches.tanzuClusters.removeFinalizer(
                caches.tanzuClusters.find(tkc.namespacedName()).orElse(tkc), Labels.CLUSTER_FINALIZER);
        return Result.done();
    }

    /** Asks for the deletion of the object; whether it is still there. */
    private static boolean removeNamed(ObjectCache cache, KubeObject tkc, String name) {
        Optional<KubeObject> present = cache.find(tkc.namespace(), name);
        present.ifPresent(cache::delete);
        return present.isPresent();
    }

    private void removeSecret(KubeObject tkc, String purpose) {
        try {
            caches.supervisor()
                    .delete(
                            Kinds.SECRET.resource(),
                            new NamespacedName(tkc.namespace(), ClusterNames.secret(tkc.name(), purpose)),
                            DeleteOptions.background());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
