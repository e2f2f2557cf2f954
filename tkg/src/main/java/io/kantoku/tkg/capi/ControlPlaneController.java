package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Labels;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Keeps the masters of a cluster at their number and as they shall be, and its API at the release of the oldest of them. */
public final class ControlPlaneController {
    private final Caches caches;
    private final GuestClusters guests;
    private final MachineFactory factory;
    private final Events events;
    private final InstantSource clock;

    public ControlPlaneController(Caches caches, GuestClusters guests, RandomGenerator random, InstantSource clock) {
        this.caches = caches;
        this.guests = guests;
        this.events = new Events(caches.api(), "kubeadm-control-plane-controller", clock);
        this.factory = new MachineFactory(caches, random);
        this.clock = clock;
    }

    public Controller controller() {
        Controller controller = Controller.named("kubeadm-control-plane")
                .kind("KubeadmControlPlane")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.controlPlanes.resource(),
                        caches.controlPlanes,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(caches.clusters.resource(), caches.clusters, Mapper.of(ControlPlaneController::ofCluster))
                .watches(caches.machines.resource(), caches.machines, Mapper.of(ControlPlaneController::ofMachine))
                .watches(caches.vms.resource(), caches.vms, Mapper.of(ControlPlaneController::ofVm))
                .watches(
                        caches.wcpTemplates.resource(),
                        caches.wcpTemplates,
                        Mapper.of(object -> Caches.labelled(object, Labels.CLUSTER).stream()
                                .map(ControlPlaneController::named)
                                .toList()))
                .observes(caches.kubeadmConfigs.resource(), caches.kubeadmConfigs)
                .observes(caches.tanzuClusters.resource(), caches.tanzuClusters)
                .observes(caches.wcpMachines.resource(), caches.wcpMachines)
                .build();
        guests.listen(guest -> caches.clusterOf(guest)
                .map(cluster -> new Request(ClusterId.SUPERVISOR, named(cluster.namespacedName())))
                .ifPresent(controller::enqueue));
        return controller;
    }

    private static NamespacedName named(NamespacedName cluster) {
        return new NamespacedName(cluster.namespace(), ClusterNames.controlPlane(cluster.name()));
    }

    private static List<NamespacedName> ofCluster(KubeObject cluster) {
        return List.of(named(cluster.namespacedName()));
    }

    private static List<NamespacedName> ofMachine(KubeObject machine) {
        return machine.labels().containsKey(Labels.CONTROL_PLANE)
                ? Caches.labelled(machine, Labels.CLUSTER).stream()
                        .map(ControlPlaneController::named)
                        .toList()
                : List.of();
    }

    private static List<NamespacedName> ofVm(KubeObject vm) {
        return vm.labels().getOrDefault(Labels.VM_ROLE, "").equals(Labels.ROLE_CONTROL_PLANE)
                ? Caches.labelled(vm, Labels.VM_CLUSTER).stream()
                        .map(ControlPlaneController::named)
                        .toList()
                : List.of();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.controlPlanes.find(request.name());
        if (found.isEmpty() || found.get().deleting()) {
            return Result.done();
        }
        KubeObject plane = found.get();
        String cluster = plane.labels().getOrDefault(Labels.CLUSTER, "");
        ControlPlanePlan.Observed observed = observe(plane, cluster);
        ControlPlanePlan plan = ControlPlanePlan.of(observed);
        release(plane, cluster, observed);
        make(plane, cluster, observed, plan);
        plan.remove().ifPresent(machine -> remove(plane, cluster, machine));
        KubeObject changed = plane.copy();
        ControlPlaneStatus.write(changed, observe(plane, cluster), waitingFor(plane, cluster), clock.instant());
        caches.controlPlanes.updateStatus(changed);
        return Result.done();
    }

    private ControlPlanePlan.Observed observe(KubeObject plane, String cluster) {
        String key = Caches.key(plane.namespace(), cluster);
        List<KubeObject> machines = caches.machines.by(key).stream()
                .filter(machine -> machine.labels().containsKey(Labels.CONTROL_PLANE))
                .toList();
        boolean begun = plane.at("status", ControlPlanePlan.INITIALIZED).asBoolean()
                || waitingFor(plane, cluster).isEmpty();
        List<String> serving = machines.stream()
                .filter(_ -> begun)
                .filter(machine -> caches.vms
                        .find(machine.namespacedName())
                        .filter(vm -> Conditions.isTrue(vm, "Ready"))
                        .isPresent())
                .map(KubeObject::name)
                .toList();
        Map<String, String> templates = new HashMap<>();
        machines.forEach(machine -> caches.wcpMachines
                .find(machine.namespace(), machine.text("spec", "infrastructureRef", "name"))
                .map(infrastructure -> infrastructure.annotations().get(Labels.CLONED_FROM))
                .ifPresent(template -> templates.put(machine.name(), template)));
        return new ControlPlanePlan.Observed(
                plane, caches.clusters.find(plane.namespace(), cluster), machines, serving, templates);
    }

    /** Why the cluster cannot be joined yet although a master listens. */
    private Optional<String> waitingFor(KubeObject plane, String cluster) {
        return caches.idOf(plane.namespace(), cluster).flatMap(guests::waitingFor);
    }

    /** The API is of the release of the oldest master; machines that come learn of the newest. */
    private void release(KubeObject plane, String cluster, ControlPlanePlan.Observed observed) {
        Optional<ClusterId> guest = caches.idOf(plane.namespace(), cluster);
        if (guest.isEmpty() || !observed.initialized()) {
            return;
        }
        if (!observed.outdated().isEmpty() && guests.waitingFor(guest.get()).isEmpty()) {
            KubeClient client = caches.api().cluster(guest.get());
            UploadedComponents.kubelet(client, plane.text("spec", "version"));
            UploadedConfiguration.bringTo(client, plane.text("spec", "version"));
        }
        observed.version()
                .filter(version -> !version.equals(plane.text("status", "version")))
                .ifPresent(version -> {
                    guests.bringTo(guest.get(), version);
                    UploadedComponents.proxy(caches.api().cluster(guest.get()), version);
                });
    }

    private void remove(KubeObject plane, String cluster, KubeObject machine) {
        caches.machines.delete(machine);
        caches.tanzuClusters
                .find(plane.namespace(), cluster)
                .ifPresent(tkc -> events.normal(
                        ClusterId.SUPERVISOR,
                        tkc,
                        "ReplacingControlPlaneMachine",
                        "all machines of the control plane serve; " + machine.name() + " of "
                                + machine.text("spec", "version") + " goes"));
    }

    private void make(KubeObject plane, String cluster, ControlPlanePlan.Observed observed, ControlPlanePlan plan) {
        String templateName = plane.text("spec", "infrastructureTemplate", "name");
        Optional<KubeObject> template = caches.wcpTemplates.find(plane.namespace(), templateName);
        if (template.isEmpty()) {
            return; // its creation leads here again
        }
        MachineParts parts =
                new MachineParts(plane, cluster, Map.of(Labels.CONTROL_PLANE, ""), plane.text("spec", "version"));
        // A machine that was named and whose parts were not made: begin or join, as the cluster's state is now.
        observed.machines().stream()
                .filter(machine -> !observed.initialized() || !observed.outdated(machine))
                .forEach(machine ->
                        factory.complete(parts, machine, template.get(), config(plane, observed.initialized())));
        if (plan.begin()) {
            factory.make(parts, plane.name(), template.get(), plane.name(), config(plane, false));
        }
        for (int i = 0; i < plan.join(); i++) {
            factory.make(parts, plane.name(), template.get(), plane.name(), config(plane, true));
        }
    }

    /** What is common to all masters, without what only the others need. */
    private static ObjectNode config(KubeObject plane, boolean joins) {
        ObjectNode spec = plane.at("spec", "kubeadmConfigSpec").deepCopy();
        if (joins) {
            spec.remove(List.of("clusterConfiguration", "initConfiguration"));
        } else {
            spec.remove("joinConfiguration");
        }
        return spec;
    }
}
