package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.time.Instant;
import java.util.Optional;

/** The VirtualMachine of a WCPMachine, and what its state means to Cluster API. Pure. */
final class WcpMachinePlan {
    private static final int API_PORT = 6443;

    private WcpMachinePlan() {}

    /** Why the machine cannot be made yet: reason and message, or nothing. */
    static Optional<Condition> waiting(
            Optional<KubeObject> cluster, Optional<KubeObject> config, Optional<KubeObject> network) {
        if (cluster.isEmpty()
                || !cluster.get().at("status", "infrastructureReady").asBoolean()) {
            return Optional.of(
                    provisioned("WaitingForClusterInfrastructure", "waiting for the cluster's infrastructure"));
        }
        if (network.isEmpty()) {
            return Optional.of(provisioned(
                    "WaitingForNetworkAddress",
                    "the namespace has no default Network; an administrator must give it a workload network"));
        }
        if (config.isEmpty() || !config.get().at("status", "ready").asBoolean()) {
            String why = config.flatMap(object -> Conditions.find(object, "DataSecretAvailable"))
                    .map(Condition::message)
                    .filter(message -> !message.isEmpty())
                    .orElse("waiting for the bootstrap data");
            return Optional.of(provisioned("WaitingForBootstrapData", why));
        }
        return Optional.empty();
    }

    private static Condition provisioned(String reason, String message) {
        return Condition.isFalse("VMProvisioned", reason, message);
    }

    static KubeObject vm(KubeObject wcpMachine, String machine, String dataSecret, String network) {
        boolean master = wcpMachine.labels().containsKey(Labels.CONTROL_PLANE);
        String cluster = wcpMachine.labels().getOrDefault(Labels.CLUSTER, "");
        KubeObject vm =
                Kinds.VIRTUAL_MACHINE.create(wcpMachine.namespace(), machine).ownedBy(wcpMachine);
        vm.label(Labels.VM_CLUSTER, cluster)
                .label(Labels.VM_ROLE, master ? Labels.ROLE_CONTROL_PLANE : Labels.ROLE_NODE)
                .label(Labels.CLUSTER, cluster)
                .annotate(Labels.ANTI_AFFINITY, master ? "control-plane-group" : cluster + "-workers-0")
                .annotate("vsphere-tag", master ? "CtrlVmVmAATag" : "WorkerVmVmAATag");
        vm.metadata().putArray("finalizers").add(Labels.VM_FINALIZER);
        ObjectNode spec = vm.spec();
        spec.put("className", wcpMachine.text("spec", "className"))
                .put("imageName", wcpMachine.text("spec", "imageName"))
                .put("storageClass", wcpMachine.text("spec", "storageClass"))
                .put("powerState", "poweredOn")
                .put("resourcePolicyName", cluster);
        spec.putObject("vmMetadata").put("secretName", dataSecret).put("transport", "CloudInit");
        spec.putArray("networkInterfaces")
                .addObject()
                .put("networkType", "vsphere-distributed")
                .put("networkName", network);
        if (master) {
            spec.putObject("readinessProbe").putObject("tcpSocket").put("port", API_PORT);
        }
        return vm;
    }

    /** Writes the status that follows from the VirtualMachine. */
    static void status(KubeObject wcpMachine, KubeObject vm, Instant now) {
        ObjectNode status = wcpMachine.status();
        String id = vm.text("status", "biosUUID");
        String address = vm.text("status", "vmIp");
        boolean on = vm.text("status", "powerState").equals("poweredOn");
        boolean ready = !id.isEmpty() && !address.isEmpty() && on;
        status.put("ready", ready)
                .put(
                        "vmstatus",
                        id.isEmpty() ? "pending" : !on ? "created" : address.isEmpty() ? "poweredon" : "ready");
        if (!id.isEmpty()) {
            status.put("ID", id);
        }
        if (!address.isEmpty()) {
            status.put("vmIp", address);
        }
        Condition provisioned = ready ? Condition.isTrue("VMProvisioned", "", "") : why(vm, id);
        Conditions.set(wcpMachine, provisioned, now);
        Conditions.set(
                wcpMachine,
                new Condition("Ready", provisioned.status(), provisioned.reason(), provisioned.message(), 0),
                now);
    }

    /** The VirtualMachine's own first complaint. */
    private static Condition why(KubeObject vm, String id) {
        for (String type : new String[] {"NetworkReady", "VMProvisioned", "PoweredOn"}) {
            Optional<Condition> condition = Conditions.find(vm, type)
                    .filter(found -> !found.isTrue() && !found.message().isEmpty());
            if (condition.isPresent()) {
                return provisioned(condition.get().reason(), condition.get().message());
            }
        }
        return id.isEmpty()
                ? provisioned("VMProvisionStarted", "waiting for the VirtualMachine to be made")
                : provisioned("PoweringOn", "waiting for the VirtualMachine to be on");
    }
}
