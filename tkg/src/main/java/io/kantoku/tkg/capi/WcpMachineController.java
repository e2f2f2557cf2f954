package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Makes a VirtualMachine of each WCPMachine, and tells Cluster API how it is. */
public final class WcpMachineController {
    private final Caches caches;
    private final InstantSource clock;

    public WcpMachineController(Caches caches, InstantSource clock) {
        this.caches = caches;
        this.clock = clock;
    }

    public Controller controller() {
        return Controller.named("wcp-machine")
                .kind("WCPMachine")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.wcpMachines.resource(),
                        caches.wcpMachines,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(caches.kubeadmConfigs.resource(), caches.kubeadmConfigs, Mapper.of(this::ofOwner))
                .watches(
                        caches.vms.resource(),
                        caches.vms,
                        Mapper.owner("infrastructure.cluster.vmware.com", "WCPMachine"))
                .watches(caches.clusters.resource(), caches.clusters, Mapper.of(this::waiting))
                .watches(caches.networks.resource(), caches.networks, Mapper.of(this::inNamespace))
                .observes(caches.machines.resource(), caches.machines)
                .build();
    }

    private List<NamespacedName> ofOwner(KubeObject config) {
        return config
                .controller()
                .map(OwnerReference::name)
                .flatMap(name -> caches.machines.find(config.namespace(), name))
                .map(machine ->
                        new NamespacedName(config.namespace(), machine.text("spec", "infrastructureRef", "name")))
                .stream()
                .toList();
    }

    private List<NamespacedName> waiting(KubeObject cluster) {
        return caches.wcpMachines.by(Caches.key(cluster.namespace(), cluster.name())).stream()
                .filter(machine -> !machine.at("status", "ready").asBoolean())
                .map(KubeObject::namespacedName)
                .toList();
    }

    private List<NamespacedName> inNamespace(KubeObject network) {
        return caches.wcpMachines.all().stream()
                .filter(machine -> machine.namespace().equals(network.namespace()))
                .map(KubeObject::namespacedName)
                .toList();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.wcpMachines.find(request.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        KubeObject wcpMachine = found.get();
        String name = wcpMachine.controller().map(OwnerReference::name).orElse("");
        Optional<KubeObject> vm = caches.vms.find(wcpMachine.namespace(), name);
        if (wcpMachine.deleting()) {
            vm.ifPresent(caches.vms::delete);
            if (vm.isEmpty()) {
                caches.wcpMachines.removeFinalizer(wcpMachine, Labels.WCP_MACHINE_FINALIZER);
            }
            return Result.done();
        }
        Optional<KubeObject> machine = caches.machines.find(wcpMachine.namespace(), name);
        if (machine.isEmpty() || machine.get().deleting()) {
            return Result.done();
        }
        if (vm.isEmpty()) {
            vm = make(wcpMachine, machine.get());
        }
        vm.ifPresent(present -> report(wcpMachine, present));
        return Result.done();
    }

    private Optional<KubeObject> make(KubeObject wcpMachine, KubeObject machine) {
        String cluster = wcpMachine.labels().getOrDefault(Labels.CLUSTER, "");
        Optional<KubeObject> config =
                caches.kubeadmConfigs.find(machine.namespace(), machine.text("spec", "bootstrap", "configRef", "name"));
        Optional<KubeObject> network = caches.defaultNetwork(wcpMachine.namespace());
        Optional<Condition> waiting =
                WcpMachinePlan.waiting(caches.clusters.find(wcpMachine.namespace(), cluster), config, network);
        if (waiting.isPresent()) {
            KubeObject changed = wcpMachine.copy();
            Condition why = waiting.get();
            Conditions.set(changed, why, clock.instant());
            Conditions.set(changed, new Condition("Ready", "False", why.reason(), why.message(), 0), clock.instant());
            caches.wcpMachines.updateStatus(changed);
            return Optional.empty();
        }
        String secret =
                config.map(object -> object.text("status", "dataSecretName")).orElse("");
        String networkName = network.map(KubeObject::name).orElse("");
        return Optional.of(caches.vms.create(WcpMachinePlan.vm(wcpMachine, machine.name(), secret, networkName)));
    }

    private void report(KubeObject wcpMachine, KubeObject vm) {
        KubeObject current = wcpMachine;
        String id = vm.text("status", "biosUUID");
        if (!id.isEmpty() && current.text("spec", "providerID").isEmpty()) {
            KubeObject changed = current.copy();
            changed.spec().put("providerID", "vsphere://" + id);
            current = caches.wcpMachines.update(changed);
        }
        KubeObject changed = current.copy();
        WcpMachinePlan.status(changed, vm, clock.instant());
        caches.wcpMachines.updateStatus(changed);
    }
}
