package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.SafeNames;
import io.kantoku.tkg.objects.Caches;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes machines, and completes those whose making was cut short. */
final class MachineFactory {
    private final Caches caches;
    private final RandomGenerator random;

    MachineFactory(Caches caches, RandomGenerator random) {
        this.caches = caches;
        this.random = random;
    }

    /**
     * Makes a machine with its parts.
     *
     * @param base of the machine's name
     * @param template of its WCPMachine
     * @param configBase of the name of its configuration
     */
    KubeObject make(MachineParts parts, String base, KubeObject template, String configBase, JsonNode config) {
        KubeObject machine = caches.machines.create(parts.machine(
                base + "-" + SafeNames.suffix(random),
                configBase + "-" + SafeNames.suffix(random),
                template.name() + "-" + SafeNames.suffix(random)));
        complete(parts, machine, template, config);
        return machine;
    }

    /** Makes what is missing of the machine's parts. */
    void complete(MachineParts parts, KubeObject machine, KubeObject template, JsonNode config) {
        if (machine.deleting()) {
            return;
        }
        if (missing(caches.kubeadmConfigs.find(
                machine.namespace(), machine.text("spec", "bootstrap", "configRef", "name")))) {
            caches.kubeadmConfigs.create(parts.config(machine, config));
        }
        if (missing(caches.wcpMachines.find(machine.namespace(), machine.text("spec", "infrastructureRef", "name")))) {
            caches.wcpMachines.create(parts.infrastructure(machine, template));
        }
    }

    private static boolean missing(Optional<KubeObject> object) {
        return object.isEmpty();
    }
}
