package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Kinds;
import java.time.Instant;
import java.util.Optional;

/** Computes what a Machine says of itself from its configuration, its WCPMachine and its node. Pure. */
final class MachinePlan {
    /** The parts of a machine. */
    record Observed(Optional<KubeObject> config, Optional<KubeObject> infrastructure, Optional<KubeObject> node) {}

    /** Of a machine that goes: whether its node has been emptied. */
    static final String DRAINED = "DrainingSucceeded";

    private MachinePlan() {}

    /** Writes what the parts provide into the machine's spec. */
    static void spec(KubeObject machine, Observed observed) {
        String secret = observed.config()
                .map(config -> config.text("status", "dataSecretName"))
                .orElse("");
        if (!secret.isEmpty()) {
            machine.spec().withObjectProperty("bootstrap").put("dataSecretName", secret);
        }
        String provider = observed.infrastructure()
                .map(infrastructure -> infrastructure.text("spec", "providerID"))
                .orElse("");
        if (!provider.isEmpty()) {
            machine.spec().put("providerID", provider);
        }
    }

    /** Writes the machine's status. */
    static void status(KubeObject machine, Observed observed, Instant now) {
        ObjectNode status = machine.status();
        boolean bootstrapReady = observed.config()
                .map(config -> config.at("status", "ready").asBoolean())
                .orElse(status.path("bootstrapReady").asBoolean());
        boolean infrastructureReady = observed.infrastructure()
                .map(infrastructure -> infrastructure.at("status", "ready").asBoolean())
                .orElse(false);
        status.put("bootstrapReady", bootstrapReady).put("infrastructureReady", infrastructureReady);
        String address = observed.infrastructure()
                .map(infrastructure -> infrastructure.text("status", "vmIp"))
                .orElse("");
        if (!address.isEmpty()) {
            status.putArray("addresses").addObject().put("type", "InternalIP").put("address", address);
        }
        observed.node()
                .ifPresent(node -> status.putObject("nodeRef")
                        .put("apiVersion", Kinds.NODE.apiVersion())
                        .put("kind", Kinds.NODE.name())
                        .put("name", node.name())
                        .put("uid", node.uid()));
        conditions(machine, observed, infrastructureReady, now);
        String phase = phase(machine, bootstrapReady, infrastructureReady);
        if (!phase.equals(status.path("phase").asText())) {
            status.put("phase", phase).put("lastUpdated", io.kantoku.client.Timestamps.seconds(now));
        }
        status.put("observedGeneration", machine.generation());
    }

    private static String phase(KubeObject machine, boolean bootstrapReady, boolean infrastructureReady) {
        if (machine.deleting()) {
            return "Deleting";
        }
        if (!machine.at("status", "nodeRef").isMissingNode() && infrastructureReady) {
            return "Running";
        }
        return infrastructureReady ? "Provisioned" : bootstrapReady ? "Provisioning" : "Pending";
    }

    private static void conditions(KubeObject machine, Observed observed, boolean infrastructureReady, Instant now) {
        Condition bootstrap = observed.config()
                .flatMap(config -> Conditions.find(config, "DataSecretAvailable"))
                .map(found -> new Condition("BootstrapReady", found.status(), found.reason(), found.message(), 0))
                .orElse(Condition.isFalse(
                        "BootstrapReady", "WaitingForBootstrapData", "waiting for the bootstrap data"));
        Condition infrastructure = observed.infrastructure()
                .flatMap(object -> Conditions.find(object, "Ready"))
                .map(found -> new Condition("InfrastructureReady", found.status(), found.reason(), found.message(), 0))
                .orElse(Condition.isFalse(
                        "InfrastructureReady", "WaitingForInfrastructure", "waiting for the virtual machine"));
        Condition node = node(machine, observed.node(), infrastructureReady);
        Condition ready = Condition.isTrue("Ready", "", "");
        for (Condition part : new Condition[] {bootstrap, infrastructure, node}) {
            Conditions.set(machine, part, now);
            if (!part.isTrue() && ready.isTrue()) {
                ready = new Condition("Ready", "False", part.reason(), part.message(), 0);
            }
        }
        Conditions.set(machine, ready, now);
    }

    private static Condition node(KubeObject machine, Optional<KubeObject> node, boolean infrastructureReady) {
        if (node.isEmpty()) {
            if (!machine.at("status", "nodeRef").isMissingNode()) {
                return Condition.isFalse(
                        "NodeHealthy", "NodeNotFound", "node " + machine.name() + " is gone from the cluster");
            }
            return Condition.isFalse(
                    "NodeHealthy",
                    "WaitingForNodeRef",
                    infrastructureReady
                            ? "the machine runs and has not joined its cluster yet"
                            : "waiting for the virtual machine");
        }
        return Conditions.find(node.get(), "Ready")
                .map(ready -> ready.isTrue()
                        ? Condition.isTrue("NodeHealthy", "", "")
                        : new Condition(
                                "NodeHealthy",
                                ready.status(),
                                "NodeConditionsFailed",
                                "node " + machine.name() + " is not Ready"
                                        + (ready.message().isEmpty() ? "" : ": " + ready.message()),
                                0))
                .orElse(Condition.unknown(
                        "NodeHealthy", "NodeConditionsUnknown", "node " + machine.name() + " has not said how it is"));
    }
}
