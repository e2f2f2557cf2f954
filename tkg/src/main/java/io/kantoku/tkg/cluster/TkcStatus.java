package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes the status of a TanzuKubernetesCluster from what its parts say of themselves. Pure. */
final class TkcStatus {
    static final String INFRASTRUCTURE_READY = "InfrastructureReady";
    static final String CONTROL_PLANE_READY = "ControlPlaneReady";
    static final String NODES_READY = "NodesReady";
    static final String UP_TO_DATE = "MachinesUpToDate";
    static final String READY = "Ready";

    /**
     * The parts of a cluster.
     *
     * @param controlPlane the KubeadmControlPlane
     * @param workers the MachineDeployment
     * @param vms by name, which is that of their machines
     * @param guestReady whether the objects that the Supervisor keeps in the guest are there
     */
    record Observed(
            Optional<KubeObject> cluster,
            Optional<KubeObject> controlPlane,
            Optional<KubeObject> workers,
            List<KubeObject> machines,
            Map<String, KubeObject> vms,
            boolean guestReady) {}

    private TkcStatus() {}

    /** Writes the status into the object. */
    static void write(KubeObject tkc, TanzuCluster wanted, Observed observed, Instant now) {
        ObjectNode status = tkc.status();
        boolean initialized = observed.cluster()
                .map(cluster -> cluster.at("status", "controlPlaneInitialized").asBoolean())
                .orElse(false);
        boolean infrastructure = observed.cluster()
                .map(cluster -> cluster.at("status", "infrastructureReady").asBoolean())
                .orElse(false);
        boolean running = initialized && infrastructure;
        Optional<String> rollout = running ? TkcRollout.of(wanted, observed).message() : Optional.empty();
        status.put(
                "phase",
                tkc.deleting() ? "deleting" : !running ? "creating" : rollout.isPresent() ? "updating" : "running");
        if (running && rollout.isEmpty()) {
            status.put("version", wanted.version());
        }
        clusterApi(status, observed.cluster());
        machines(status, observed);
        addons(status, wanted, initialized && observed.guestReady());
        conditions(tkc, wanted, observed, rollout, now);
    }

    private static void clusterApi(ObjectNode status, Optional<KubeObject> cluster) {
        ObjectNode json = status.putObject("clusterApiStatus");
        json.put(
                "phase",
                cluster.map(object -> object.text("status", "phase"))
                        .filter(phase -> !phase.isEmpty())
                        .orElse("Pending"));
        cluster.map(object -> object.at("spec", "controlPlaneEndpoint"))
                .filter(JsonNode::isObject)
                .ifPresent(endpoint -> json.putArray("apiEndpoints").add(endpoint.deepCopy()));
    }

    private static void machines(ObjectNode status, Observed observed) {
        ObjectNode vmStatus = status.putObject("vmStatus");
        ObjectNode nodeStatus = status.putObject("nodeStatus");
        for (KubeObject machine : observed.machines()) {
            String name = machine.name();
            vmStatus.put(
                    name, vmState(machine, Optional.ofNullable(observed.vms().get(name))));
            nodeStatus.put(name, nodeState(machine));
        }
        if (vmStatus.isEmpty()) {
            status.remove("vmStatus");
            status.remove("nodeStatus");
        }
    }

    /** One of notfound, pending, created, poweredon, ready, deleting, error. */
    static String vmState(KubeObject machine, Optional<KubeObject> vm) {
        if (vm.isEmpty()) {
            return machine.deleting()
                    ? "deleting"
                    : machine.at("status", "infrastructureReady").asBoolean() ? "notfound" : "pending";
        }
        KubeObject object = vm.get();
        if (object.deleting()) {
            return "deleting";
        }
        if (Conditions.find(object, "VMProvisioned")
                .filter(condition -> condition.status().equals("False"))
                .filter(condition -> condition.reason().equals("VMCreationFailed"))
                .isPresent()) {
            return "error";
        }
        if (object.text("status", "phase").isEmpty()
                || object.text("status", "uniqueID").isEmpty()) {
            return "pending";
        }
        if (!object.text("status", "powerState").equals("poweredOn")) {
            return "created";
        }
        return object.text("status", "vmIp").isEmpty() ? "poweredon" : "ready";
    }

    /** One of pending, unknown, ready, notready. */
    static String nodeState(KubeObject machine) {
        if (machine.at("status", "nodeRef").isMissingNode()) {
            return "pending";
        }
        return Conditions.find(machine, "NodeHealthy")
                .map(condition -> switch (condition.status()) {
                    case "True" -> "ready";
                    case "False" -> "notready";
                    default -> "unknown";
                })
                .orElse("unknown");
    }

    /** What the Supervisor keeps in the guest is applied; what the guest's own system brings is not managed from here. */
    private static void addons(ObjectNode status, TanzuCluster wanted, boolean applied) {
        ObjectNode addons = status.putObject("addons");
        String managed = applied ? "applied" : "pending";
        addon(addons, "dns", "CoreDNS", managed);
        addon(addons, "proxy", "kube-proxy", "unmanaged");
        addon(addons, "psp", "defaultpsp", "unmanaged");
        addon(addons, "cni", wanted.network().cni(), managed);
        addon(addons, "csi", "pvcsi", managed);
        addon(addons, "cloudprovider", "vmware-guest-cluster", managed);
        addon(addons, "authsvc", "authsvc", managed);
    }

    private static void addon(ObjectNode addons, String key, String name, String state) {
        addons.putObject(key).put("name", name).put("status", state);
    }

    private static void conditions(
            KubeObject tkc, TanzuCluster wanted, Observed observed, Optional<String> rollout, Instant now) {
        Condition infrastructure = inherited(observed.cluster(), INFRASTRUCTURE_READY);
        Condition controlPlane = inherited(observed.cluster(), CONTROL_PLANE_READY);
        Condition nodes = nodes(wanted, observed.machines());
        Condition upToDate = rollout.map(message -> Condition.isFalse(UP_TO_DATE, "RollingUpdateInProgress", message))
                .orElse(Condition.isTrue(UP_TO_DATE, "", ""));
        Conditions.set(tkc, infrastructure, now);
        Conditions.set(tkc, controlPlane, now);
        Conditions.set(tkc, nodes, now);
        Conditions.set(tkc, upToDate, now);
        Condition ready = Condition.isTrue(READY, "", "");
        for (Condition part : List.of(infrastructure, upToDate, controlPlane, nodes)) {
            if (!part.isTrue()) {
                ready = new Condition(READY, "False", part.reason(), part.message(), 0);
                break;
            }
        }
        Conditions.set(tkc, ready, now);
    }

    private static Condition inherited(Optional<KubeObject> cluster, String type) {
        return cluster.flatMap(object -> Conditions.find(object, type))
                .orElse(Condition.isFalse(type, "WaitingForCluster", "the Cluster object has not been looked at yet"));
    }

    private static Condition nodes(TanzuCluster wanted, List<KubeObject> machines) {
        int desired = wanted.controlPlane().count() + wanted.workers().count();
        long ready = machines.stream()
                .filter(machine -> !machine.deleting() && Conditions.isTrue(machine, READY))
                .count();
        String count = ready + " of " + desired + " nodes are Ready";
        if (ready >= desired && machines.size() == desired) {
            return Condition.isTrue(NODES_READY, "", "");
        }
        Optional<KubeObject> first = machines.stream()
                .filter(machine -> !machine.deleting() && !Conditions.isTrue(machine, READY))
                .findFirst();
        if (first.isPresent()) {
            Optional<Condition> why = Conditions.find(first.get(), READY);
            return Condition.isFalse(
                    NODES_READY,
                    why.map(Condition::reason)
                            .filter(reason -> !reason.isEmpty())
                            .orElse("WaitingForMachines"),
                    count + "; " + first.get().name()
                            + why.map(condition -> ": " + condition.message()).orElse(" was just made"));
        }
        return Condition.isFalse(NODES_READY, machines.size() > desired ? "ScalingDown" : "WaitingForMachines", count);
    }
}
