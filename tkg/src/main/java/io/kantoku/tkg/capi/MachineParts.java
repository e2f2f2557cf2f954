package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.util.Map;

/**
 * Builds a Machine with the two objects that belong to it. Pure.
 *
 * @param owner the KubeadmControlPlane or MachineSet
 * @param cluster the cluster's name
 * @param labels of all three objects
 * @param version the Kubernetes version
 */
record MachineParts(KubeObject owner, String cluster, Map<String, String> labels, String version) {
    MachineParts {
        labels = Map.copyOf(labels);
    }

    /** The Machine, naming the objects that are made next. */
    KubeObject machine(String name, String configName, String infrastructureName) {
        KubeObject machine = Kinds.MACHINE.create(owner.namespace(), name);
        label(machine);
        machine.ownedBy(owner);
        machine.metadata().putArray("finalizers").add(Labels.MACHINE_FINALIZER);
        ObjectNode spec = machine.spec();
        spec.put("clusterName", cluster).put("version", version);
        spec.putObject("bootstrap").set("configRef", Kinds.KUBEADM_CONFIG.reference(owner.namespace(), configName));
        spec.set("infrastructureRef", Kinds.WCP_MACHINE.reference(owner.namespace(), infrastructureName));
        return machine;
    }

    /** How the machine becomes a node. */
    KubeObject config(KubeObject machine, JsonNode spec) {
        KubeObject config =
                Kinds.KUBEADM_CONFIG.create(owner.namespace(), machine.text("spec", "bootstrap", "configRef", "name"));
        label(config);
        config.ownedBy(machine);
        config.json().set("spec", spec.deepCopy());
        return config;
    }

    /** What the machine is made of. */
    KubeObject infrastructure(KubeObject machine, KubeObject template) {
        KubeObject infrastructure =
                Kinds.WCP_MACHINE.create(owner.namespace(), machine.text("spec", "infrastructureRef", "name"));
        label(infrastructure);
        infrastructure.ownedBy(machine);
        infrastructure
                .annotate(Labels.CLONED_FROM, template.name())
                .annotate(
                        "cluster.x-k8s.io/cloned-from-groupkind",
                        Kinds.WCP_MACHINE_TEMPLATE.name() + "."
                                + Kinds.WCP_MACHINE_TEMPLATE.resource().group());
        infrastructure.metadata().putArray("finalizers").add(Labels.WCP_MACHINE_FINALIZER);
        infrastructure
                .json()
                .set("spec", template.at("spec", "template", "spec").deepCopy());
        return infrastructure;
    }

    private void label(KubeObject object) {
        object.label(Labels.CLUSTER, cluster);
        labels.forEach(object::label);
    }
}
