package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Labels;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Brings the address of the API, and what is ready, from the parts of a cluster to its WCPCluster and Cluster. */
public final class ClusterController {
    private static final int API_PORT = 6443;

    private final Caches caches;
    private final InstantSource clock;

    public ClusterController(Caches caches, InstantSource clock) {
        this.caches = caches;
        this.clock = clock;
    }

    public Controller controller() {
        return Controller.named("cluster")
                .kind("Cluster")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(caches.clusters.resource(), caches.clusters, Mapper.self())
                .watches(caches.wcpClusters.resource(), caches.wcpClusters, Mapper.self())
                .watches(caches.controlPlanes.resource(), caches.controlPlanes, Mapper.label(Labels.CLUSTER))
                .watches(caches.vmServices.resource(), caches.vmServices, Mapper.label(Labels.CLUSTER))
                .watches(caches.policies.resource(), caches.policies, Mapper.label(Labels.CLUSTER))
                .watches(
                        caches.networks.resource(),
                        caches.networks,
                        (_, _, _) -> caches.clusters.all().stream()
                                .map(cluster -> new Request(
                                        io.kantoku.apimachinery.ClusterId.SUPERVISOR, cluster.namespacedName()))
                                .toList())
                .build();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> cluster = caches.clusters.find(request.name());
        Optional<KubeObject> infrastructure = caches.wcpClusters.find(request.name());
        if (cluster.isEmpty() || infrastructure.isEmpty() || cluster.get().deleting()) {
            return Result.done();
        }
        KubeObject wcp = infrastructure(infrastructure.get());
        cluster(cluster.get(), wcp);
        return Result.done();
    }

    private KubeObject infrastructure(KubeObject wcp) {
        Optional<KubeObject> policy = caches.policies.find(wcp.namespacedName());
        Optional<KubeObject> network = caches.defaultNetwork(wcp.namespace());
        Optional<KubeObject> service =
                caches.vmServices.find(wcp.namespace(), ClusterNames.controlPlaneService(wcp.name()));
        ClusterPlan.Infrastructure parts = new ClusterPlan.Infrastructure(policy, network, service);
        String host = ClusterPlan.address(service);
        KubeObject current = wcp;
        if (!host.isEmpty()
                && !current.text("spec", "controlPlaneEndpoint", "host").equals(host)) {
            KubeObject changed = current.copy();
            changed.spec().putObject("controlPlaneEndpoint").put("host", host).put("port", API_PORT);
            current = caches.wcpClusters.update(changed);
        }
        KubeObject changed = current.copy();
        ClusterPlan.infrastructure(changed, parts, clock.instant());
        return caches.wcpClusters.updateStatus(changed);
    }

    private void cluster(KubeObject cluster, KubeObject wcp) {
        KubeObject current = cluster;
        if (!current.at("spec", "controlPlaneEndpoint").equals(wcp.at("spec", "controlPlaneEndpoint"))
                && wcp.at("spec", "controlPlaneEndpoint").isObject()) {
            KubeObject changed = current.copy();
            changed.spec()
                    .set(
                            "controlPlaneEndpoint",
                            wcp.at("spec", "controlPlaneEndpoint").deepCopy());
            current = caches.clusters.update(changed);
        }
        Optional<KubeObject> plane =
                caches.controlPlanes.find(cluster.namespace(), ClusterNames.controlPlane(cluster.name()));
        KubeObject changed = current.copy();
        Instant now = clock.instant();
        boolean infrastructureReady = wcp.at("status", "ready").asBoolean();
        boolean initialized = changed.at("status", "controlPlaneInitialized").asBoolean()
                || plane.map(object -> object.at("status", "initialized").asBoolean())
                        .orElse(false);
        boolean planeReady =
                plane.map(object -> object.at("status", "ready").asBoolean()).orElse(false);
        changed.status()
                .put("phase", infrastructureReady ? "Provisioned" : "Provisioning")
                .put("infrastructureReady", infrastructureReady)
                .put("controlPlaneInitialized", initialized)
                .put("controlPlaneReady", planeReady);
        Condition infrastructure = inherited(Optional.of(wcp), "InfrastructureReady");
        Condition control = inherited(plane, "ControlPlaneReady");
        Conditions.set(changed, infrastructure, now);
        Conditions.set(changed, control, now);
        Condition first = infrastructure.isTrue() ? control : infrastructure;
        Conditions.set(changed, new Condition("Ready", first.status(), first.reason(), first.message(), 0), now);
        caches.clusters.updateStatus(changed);
    }

    /** The part's own {@code Ready} under another name. */
    private static Condition inherited(Optional<KubeObject> part, String type) {
        return part.flatMap(object -> Conditions.find(object, "Ready"))
                .map(ready -> new Condition(type, ready.status(), ready.reason(), ready.message(), 0))
                .orElse(Condition.isFalse(type, "WaitingForControlPlane", "the control plane was not looked at yet"));
    }
}
