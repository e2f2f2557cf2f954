package io.kantoku.controllers;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.controllers.accounts.FormerTokens;
import io.kantoku.controllers.accounts.RootCaPublisher;
import io.kantoku.controllers.accounts.ServiceAccountController;
import io.kantoku.controllers.accounts.TokenSecretController;
import io.kantoku.controllers.accounts.UnusedTokens;
import io.kantoku.controllers.autoscaling.AutoscalerController;
import io.kantoku.controllers.bootstrap.ClusterInfoSigner;
import io.kantoku.controllers.bootstrap.TokenCleaner;
import io.kantoku.controllers.certificates.CertificateController;
import io.kantoku.controllers.collection.GarbageCollector;
import io.kantoku.controllers.disruption.BudgetController;
import io.kantoku.controllers.endpoints.EndpointSliceController;
import io.kantoku.controllers.endpoints.EndpointsController;
import io.kantoku.controllers.endpoints.MirroringController;
import io.kantoku.controllers.endpoints.ServiceIndex;
import io.kantoku.controllers.endpoints.ZoneIndex;
import io.kantoku.controllers.namespaces.NamespaceController;
import io.kantoku.controllers.nodes.EndedPods;
import io.kantoku.controllers.nodes.Heartbeats;
import io.kantoku.controllers.nodes.NodeLifecycleController;
import io.kantoku.controllers.nodes.NodeNames;
import io.kantoku.controllers.nodes.PodCollector;
import io.kantoku.controllers.nodes.PodNetworkController;
import io.kantoku.controllers.quota.QuotaController;
import io.kantoku.controllers.roles.RoleAggregation;
import io.kantoku.controllers.scheduling.Scheduler;
import io.kantoku.controllers.volumes.AttachController;
import io.kantoku.controllers.volumes.ClaimController;
import io.kantoku.controllers.volumes.ClaimProtection;
import io.kantoku.controllers.volumes.EphemeralVolumes;
import io.kantoku.controllers.volumes.VolumeController;
import io.kantoku.controllers.workloads.CronJobController;
import io.kantoku.controllers.workloads.DaemonSetController;
import io.kantoku.controllers.workloads.DeploymentController;
import io.kantoku.controllers.workloads.JobController;
import io.kantoku.controllers.workloads.ReplicaSetController;
import io.kantoku.controllers.workloads.StatefulSetController;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts the controllers together. */
public final class KubeControllers {
    /** Upstream's {@code --terminated-pod-gc-threshold}. */
    private static final int ENDED_PODS_KEPT = 12_500;

    private final Clusters clusters;
    private final ControllerOptions options;
    private final ResourceCatalog catalog = new ResourceCatalog();
    private final List<Controller> controllers = new ArrayList<>();
    private final List<AutoCloseable> companions = new ArrayList<>();

    private KubeControllers(Clusters clusters, ControllerOptions options) {
        this.clusters = clusters;
        this.options = options;
    }

    /** All controllers that the options do not leave out; {@link ControllerGroup#start} sets them to work on all clusters. */
    public static ControllerGroup all(Clusters clusters, ControllerOptions options) {
        KubeControllers made = new KubeControllers(clusters, options);
        made.lifecycle(made.quota());
        made.accounts();
        made.workloads();
        made.jobs();
        made.endpoints();
        made.nodes();
        made.scheduling();
        made.budgets();
        made.certificates();
        made.bootstrap();
        made.volumes();
        made.autoscaling();
        return new ControllerGroup(clusters, options.settings(), made.controllers, made.companions);
    }

    /** Namespaces and garbage: the two that look at everything, custom resources included. */
    private void lifecycle(Function<ApiResource, Change> counting) {
        NamespaceController namespaces =
                new NamespaceController(clusters, catalog, options.settings().timer());
        GarbageCollector garbage =
                new GarbageCollector(clusters, catalog, options.settings().timer());
        Controller.Builder namespaceBuilder = Controller.named("namespace")
                .kind("Namespace")
                .concurrency(10)
                .reconciler(namespaces)
                .watches(Resources.NAMESPACES, Mapper.self());
        Controller.Builder garbageBuilder = Controller.named("garbage-collector")
                .kind("uid")
                .concurrency(20)
                .reconciler(garbage);
        for (ApiResource resource : ResourceCatalog.BUILT_IN) {
            if (resource.namespaced()) {
                namespaceBuilder.watches(resource.resource(), ofTerminating(namespaces));
            }
            if (!GarbageCollector.ignores(resource)) {
                garbageBuilder.watches(resource.resource(), garbage(garbage, resource));
            }
        }
        Controller[] made = new Controller[2];
        CustomResourceFeed feed =
                new CustomResourceFeed(clusters, options.settings().executor(), resource -> {
                    Change counted = counting.apply(resource);
                    return listener((cluster, object, previous) -> {
                        garbage(garbage, resource)
                                .map(cluster, object, previous)
                                .forEach(made[0]::enqueue);
                        if (resource.namespaced()) {
                            ofTerminating(namespaces)
                                    .map(cluster, object, previous)
                                    .forEach(made[1]::enqueue);
                            counted.accept(cluster, object, previous);
                        }
                    });
                });
        companions.add(feed);
        // Whichever of the two runs first carries what follows the definitions.
        Controller.Builder carrier = options.disabled().contains("namespace") ? garbageBuilder : namespaceBuilder;
        carrier.observes(Resources.CUSTOM_RESOURCE_DEFINITIONS, catalog)
                .observes(Resources.CUSTOM_RESOURCE_DEFINITIONS, feed);
        made[0] = garbageBuilder.build();
        made[1] = namespaceBuilder.build();
        garbage.queue(made[0]::enqueue);
        add(made[1]);
        add(made[0]);
    }

    private void accounts() {
        add(Controller.named("serviceaccount")
                .kind("Namespace")
                .reconciler(new ServiceAccountController(clusters))
                .watches(Resources.NAMESPACES, onArrival())
                .watches(Resources.SERVICE_ACCOUNTS, ServiceAccountController.accounts())
                .build());
        add(Controller.named("root-ca-certificate-publisher")
                .kind("Namespace")
                .reconciler(new RootCaPublisher(clusters, options.certificates()))
                .watches(Resources.NAMESPACES, onArrival())
                .watches(Resources.CONFIG_MAPS, RootCaPublisher.configMaps())
                .build());
        TokenSecretController tokens = new TokenSecretController(
                clusters, options.certificates(), options.settings().timer());
        add(Controller.named("serviceaccount-token")
                .kind("Secret")
                .reconciler(tokens)
                .watches(Resources.SECRETS, TokenSecretController.secrets())
                .watches(Resources.SERVICE_ACCOUNTS, tokens.accounts())
                .build());
        FormerTokens former = new FormerTokens(clusters, options.minors());
        add(Controller.named("serviceaccount-former-tokens")
                .kind("ServiceAccount")
                .reconciler(former)
                .watches(Resources.SERVICE_ACCOUNTS, former.accounts())
                .watches(Resources.SECRETS, former.secrets())
                .build());
        UnusedTokens unused =
                new UnusedTokens(clusters, options.minors(), options.settings().timer());
        add(Controller.named("legacy-serviceaccount-token-cleaner")
                .kind("Secret")
                .reconciler(unused)
                .watches(Resources.SECRETS, unused.secrets())
                .build());
        add(Controller.named("clusterrole-aggregation")
                .kind("ClusterRole")
                .reconciler(new RoleAggregation(clusters))
                .watches(Resources.CLUSTER_ROLES, RoleAggregation.roles())
                .build());
    }

    private void workloads() {
        var clock = options.settings().timer();
        ReplicaSetController replicaSets =
                new ReplicaSetController(clusters, ReplicaSetController.Kind.REPLICA_SET, clock);
        add(Controller.named("replicaset")
                .kind("ReplicaSet")
                .concurrency(5)
                .reconciler(replicaSets)
                .watches(
                        Resources.REPLICA_SETS,
                        replicaSets.observer(),
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.PODS, replicaSets.pods())
                .build());
        ReplicaSetController replicationControllers =
                new ReplicaSetController(clusters, ReplicaSetController.Kind.REPLICATION_CONTROLLER, clock);
        add(Controller.named("replicationcontroller")
                .kind("ReplicationController")
                .concurrency(5)
                .reconciler(replicationControllers)
                .watches(
                        Resources.REPLICATION_CONTROLLERS,
                        replicationControllers.observer(),
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.PODS, replicationControllers.pods())
                .build());
        DeploymentController deployments = new DeploymentController(clusters, clock);
        add(Controller.named("deployment")
                .kind("Deployment")
                .concurrency(5)
                .reconciler(deployments)
                .watches(Resources.DEPLOYMENTS, deployments.observer(), Mapper.self())
                .watches(Resources.REPLICA_SETS, deployments.replicaSets())
                .watches(Resources.PODS, DeploymentController.deletedPods())
                .build());
        DaemonSetController daemonSets = new DaemonSetController(clusters, clock);
        add(Controller.named("daemonset")
                .kind("DaemonSet")
                .concurrency(2)
                .reconciler(daemonSets)
                .watches(
                        Resources.DAEMON_SETS,
                        daemonSets.observer(),
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.PODS, daemonSets.pods())
                .watches(Resources.NODES, daemonSets.nodes())
                .build());
        StatefulSetController statefulSets = new StatefulSetController(clusters, clock);
        add(Controller.named("statefulset")
                .kind("StatefulSet")
                .concurrency(5)
                .reconciler(statefulSets)
                .watches(Resources.STATEFUL_SETS, statefulSets.observer(), Mapper.self())
                .watches(Resources.PODS, statefulSets.pods())
                .build());
    }

    private void jobs() {
        var clock = options.settings().timer();
        JobController jobs = new JobController(clusters, clock);
        add(Controller.named("job")
                .kind("Job")
                .concurrency(5)
                .reconciler(jobs)
                .watches(Resources.JOBS, jobs.observer(), Mapper.self())
                .watches(Resources.PODS, jobs.pods())
                .build());
        add(Controller.named("cronjob")
                .kind("CronJob")
                .concurrency(5)
                .reconciler(new CronJobController(clusters, clock))
                .watches(Resources.CRON_JOBS, Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.JOBS, CronJobController.jobs())
                .build());
    }

    private void endpoints() {
        ServiceIndex services = new ServiceIndex();
        ZoneIndex zones = new ZoneIndex();
        Mapper pods = services.pods();
        add(Controller.named("endpoints")
                .kind("Service")
                .concurrency(5)
                .reconciler(new EndpointsController(clusters))
                .watches(Resources.SERVICES, services, Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.PODS, pods)
                .build());
        // The index is kept by a listener of both: writing it twice is harmless, missing it is not.
        add(Controller.named("endpointslice")
                .kind("Service")
                .concurrency(5)
                .reconciler(new EndpointSliceController(clusters, zones))
                .watches(Resources.SERVICES, services, Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.PODS, pods)
                .watches(Resources.ENDPOINT_SLICES, EndpointSliceController.slices())
                .watches(Resources.NODES, zones, services.nodes())
                .build());
        add(Controller.named("endpointslicemirroring")
                .kind("Service")
                .concurrency(5)
                .reconciler(new MirroringController(clusters))
                .watches(Resources.SERVICES, Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.ENDPOINTS, Mapper.self())
                .watches(Resources.ENDPOINT_SLICES, MirroringController.slices())
                .build());
    }

    private void nodes() {
        var clock = options.settings().timer();
        Heartbeats heartbeats = new Heartbeats(clock);
        NodeLifecycleController lifecycle =
                new NodeLifecycleController(clusters, heartbeats, options.nodeGrace(), clock);
        add(Controller.named("node-lifecycle")
                .kind("Node")
                .concurrency(8)
                .reconciler(lifecycle)
                .watches(Resources.NODES, heartbeats.nodes(), Mapper.self())
                .watches(Resources.LEASES, heartbeats.leases(), lifecycle.leases())
                .watches(Resources.PODS, lifecycle.pods())
                .build());
        PodNetworkController networks = new PodNetworkController(clusters, options.podCidr(), clock);
        add(Controller.named("node-ipam")
                .kind("Node")
                .concurrency(1)
                .reconciler(networks)
                .watches(Resources.NODES, networks.observer(), PodNetworkController.nodes())
                .build());
        NodeNames names = new NodeNames();
        PodCollector collector = new PodCollector(clusters, names, clock);
        add(Controller.named("pod-garbage-collector")
                .kind("Node")
                .concurrency(2)
                .reconciler(collector)
                .watches(Resources.NODES, names, PodCollector.deletedNodes())
                .watches(Resources.PODS, collector.pods())
                .build());
        EndedPods ended = new EndedPods(clusters, ENDED_PODS_KEPT);
        add(Controller.named("terminated-pod-collector")
                .kind("Cluster")
                .reconciler(ended)
                .watches(Resources.PODS, ended.observer(), ended.pods())
                .build());
    }

    private void bootstrap() {
        var clock = options.settings().timer();
        add(Controller.named("bootstrap-signer")
                .kind("ConfigMap")
                .reconciler(new ClusterInfoSigner(clusters, clock))
                .watches(Resources.CONFIG_MAPS, ClusterInfoSigner.configMaps())
                .watches(Resources.SECRETS, ClusterInfoSigner.secrets())
                .build());
        add(Controller.named("token-cleaner")
                .kind("Secret")
                .reconciler(new TokenCleaner(clusters, clock))
                .watches(Resources.SECRETS, TokenCleaner.secrets())
                .build());
    }

    private void scheduling() {
        Scheduler scheduler = new Scheduler(clusters, options.settings().timer());
        add(Controller.named("scheduler")
                .kind("Pod")
                .concurrency(4)
                .reconciler(scheduler)
                .observes(Resources.NAMESPACES, scheduler.namespaceObserver())
                .watches(Resources.NODES, scheduler.nodeObserver(), scheduler.nodes())
                .watches(Resources.PODS, scheduler.podObserver(), scheduler.pods())
                .watches(Resources.PERSISTENT_VOLUME_CLAIMS, scheduler.volumes())
                .watches(Resources.PERSISTENT_VOLUMES, scheduler.volumes())
                .watches(Resources.STORAGE_CLASSES, scheduler.volumes())
                .build());
    }

    /** Returns what also counts the objects of collections that come later. */
    private Function<ApiResource, Change> quota() {
        QuotaController quota = new QuotaController(clusters, catalog);
        Controller.Builder builder = Controller.named("resourcequota")
                .kind("ResourceQuota")
                .reconciler(quota)
                .watches(
                        Resources.RESOURCE_QUOTAS,
                        quota.observer(),
                        Mapper.self().whenNotOnlyStatusChanged());
        for (ApiResource resource : ResourceCatalog.BUILT_IN) {
            if (resource.namespaced()
                    && !resource.resource().equals(Resources.EVENTS)
                    && !resource.resource().equals(Resources.LEASES)) {
                builder.watches(
                        resource.resource(), quota.counted(resource.resource().groupResource()));
            }
        }
        Controller controller = builder.build();
        add(controller);
        return resource -> {
            Mapper mapper = quota.counted(resource.resource().groupResource());
            return (cluster, object, previous) ->
                    mapper.map(cluster, object, previous).forEach(controller::enqueue);
        };
    }

    private void budgets() {
        BudgetController budgets =
                new BudgetController(clusters, catalog, options.settings().timer());
        add(Controller.named("disruption")
                .kind("PodDisruptionBudget")
                .reconciler(budgets)
                .watches(
                        Resources.POD_DISRUPTION_BUDGETS,
                        budgets.observer(),
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.PODS, budgets.pods())
                .build());
    }

    private void certificates() {
        add(Controller.named("certificatesigningrequest")
                .kind("CertificateSigningRequest")
                .reconciler(new CertificateController(
                        clusters, options.authorities(), options.settings().timer()))
                .watches(Resources.CERTIFICATE_SIGNING_REQUESTS, Mapper.self())
                .build());
    }

    private void volumes() {
        ClaimController claims =
                new ClaimController(clusters, options.settings().timer());
        add(Controller.named("persistentvolume-binder")
                .kind("PersistentVolumeClaim")
                .concurrency(2)
                .reconciler(claims)
                .watches(Resources.PERSISTENT_VOLUME_CLAIMS, Mapper.self())
                .watches(Resources.PERSISTENT_VOLUMES, claims.volumes())
                .watches(Resources.STORAGE_CLASSES, claims.classes())
                .build());
        add(Controller.named("persistentvolume")
                .kind("PersistentVolume")
                .reconciler(new VolumeController(clusters))
                .watches(Resources.PERSISTENT_VOLUMES, Mapper.self())
                .watches(Resources.PERSISTENT_VOLUME_CLAIMS, VolumeController.claims())
                .build());
        add(Controller.named("persistentvolumeclaim-protection")
                .kind("PersistentVolumeClaim")
                .reconciler(new ClaimProtection(clusters))
                .watches(Resources.PERSISTENT_VOLUME_CLAIMS, Mapper.self().whenNotOnlyStatusChanged())
                .watches(Resources.PODS, ClaimProtection.pods())
                .build());
        AttachController attaching =
                new AttachController(clusters, options.settings().timer());
        add(Controller.named("attachdetach")
                .kind("PersistentVolume")
                .concurrency(4)
                .reconciler(attaching)
                .watches(Resources.PERSISTENT_VOLUMES, Mapper.self())
                .watches(Resources.PODS, attaching.pods())
                .watches(Resources.VOLUME_ATTACHMENTS, AttachController.attachments())
                .build());
        add(Controller.named("ephemeral-volume")
                .kind("Pod")
                .reconciler(new EphemeralVolumes(clusters))
                .watches(Resources.PODS, EphemeralVolumes.pods())
                .build());
    }

    private void autoscaling() {
        add(Controller.named("horizontalpodautoscaler")
                .kind("HorizontalPodAutoscaler")
                .concurrency(5)
                .reconciler(new AutoscalerController(
                        clusters, catalog, options.settings().timer()))
                .watches(Resources.HORIZONTAL_POD_AUTOSCALERS, Mapper.self().whenNotOnlyStatusChanged())
                .build());
    }

    private void add(Controller controller) {
        if (!options.disabled().contains(controller.name())) {
            controllers.add(controller);
        }
    }

    /** A namespace that is new; its later changes need nothing. */
    private static Mapper onArrival() {
        return (cluster, namespace, previous) -> previous == null
                        || (!Mapper.isDeletion(namespace, previous) && previous.deleting() != namespace.deleting())
                ? List.of(new Request(cluster, namespace.namespacedName()))
                : List.of();
    }

    /** The end of an object, to the namespace that waits for it. */
    private static Mapper ofTerminating(NamespaceController namespaces) {
        return (cluster, object, previous) ->
                Mapper.isDeletion(object, previous) && namespaces.isTerminating(cluster, object.namespace())
                        ? List.of(new Request(cluster, NamespacedName.clusterScoped(object.namespace())))
                        : List.of();
    }

    private static Mapper garbage(GarbageCollector garbage, ApiResource resource) {
        return (cluster, object, previous) -> Mapper.isDeletion(object, previous)
                ? garbage.gone(cluster, object)
                : garbage.present(cluster, resource, object);
    }

    /** What happens to one object; {@code previous} is the object itself when that is gone. */
    private interface Change {
        void accept(ClusterId cluster, KubeObject object, @Nullable KubeObject previous);
    }

    private static ObjectListener listener(Change change) {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                change.accept(cluster, object, previous);
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                change.accept(cluster, last, last);
            }
        };
    }
}
