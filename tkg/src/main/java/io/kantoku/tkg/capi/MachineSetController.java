package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Keeps the machines of a set at their number. */
public final class MachineSetController {
    private final Caches caches;
    private final MachineFactory factory;

    public MachineSetController(Caches caches, RandomGenerator random) {
        this.caches = caches;
        this.factory = new MachineFactory(caches, random);
    }

    public Controller controller() {
        return Controller.named("machine-set")
                .kind("MachineSet")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.machineSets.resource(),
                        caches.machineSets,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(caches.machines.resource(), caches.machines, Mapper.label(Labels.MACHINE_SET))
                .watches(caches.wcpTemplates.resource(), caches.wcpTemplates, Mapper.of(this::sets))
                .watches(caches.kubeadmTemplates.resource(), caches.kubeadmTemplates, Mapper.of(this::sets))
                .observes(caches.kubeadmConfigs.resource(), caches.kubeadmConfigs)
                .observes(caches.wcpMachines.resource(), caches.wcpMachines)
                .build();
    }

    private List<io.kantoku.apimachinery.NamespacedName> sets(KubeObject template) {
        String cluster = template.labels().getOrDefault(Labels.CLUSTER, "");
        return caches.machineSets.by(Caches.key(template.namespace(), cluster)).stream()
                .map(KubeObject::namespacedName)
                .toList();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.machineSets.find(request.name());
        if (found.isEmpty() || found.get().deleting()) {
            return Result.done();
        }
        KubeObject set = found.get();
        Optional<KubeObject> template = caches.wcpTemplates.find(
                set.namespace(), set.text("spec", "template", "spec", "infrastructureRef", "name"));
        Optional<KubeObject> config = caches.kubeadmTemplates.find(
                set.namespace(), set.text("spec", "template", "spec", "bootstrap", "configRef", "name"));
        if (template.isPresent() && config.isPresent()) {
            scale(set, template.get(), config.get());
        }
        status(set);
        return Result.done();
    }

    private void scale(KubeObject set, KubeObject template, KubeObject configTemplate) {
        Map<String, String> labels = new LinkedHashMap<>();
        set.at("spec", "template", "metadata", "labels")
                .properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        labels.put(Labels.MACHINE_SET, set.name());
        String cluster = set.text("spec", "clusterName");
        MachineParts parts = new MachineParts(set, cluster, labels, set.text("spec", "template", "spec", "version"));
        JsonNode config = configTemplate.at("spec", "template", "spec");
        List<KubeObject> machines = machines(set);
        machines.forEach(machine -> factory.complete(parts, machine, template, config));
        MachineSetPlan plan = MachineSetPlan.of(set.at("spec", "replicas").asInt(1), machines);
        plan.delete().forEach(caches.machines::delete);
        for (int i = 0; i < plan.create(); i++) {
            factory.make(parts, set.name(), template, configTemplate.name(), config);
        }
    }

    private List<KubeObject> machines(KubeObject set) {
        String cluster = set.text("spec", "clusterName");
        return caches.machines.by(Caches.key(set.namespace(), cluster)).stream()
                .filter(machine ->
                        machine.labels().getOrDefault(Labels.MACHINE_SET, "").equals(set.name()))
                .toList();
    }

    private void status(KubeObject set) {
        List<KubeObject> machines =
                machines(set).stream().filter(machine -> !machine.deleting()).toList();
        long ready = machines.stream()
                .filter(machine -> Conditions.isTrue(machine, "Ready"))
                .count();
        KubeObject changed = set.copy();
        changed.status()
                .put("replicas", machines.size())
                .put("fullyLabeledReplicas", machines.size())
                .put("readyReplicas", ready)
                .put("availableReplicas", ready)
                .put("observedGeneration", set.generation())
                .put("selector", Labels.MACHINE_SET + "=" + set.name());
        caches.machineSets.updateStatus(changed);
    }
}
