package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a control plane needs next: the first machine, which begins the cluster, and when its API answers, the others,
 * which join it. Pure.
 *
 * @param begin whether a machine that begins the cluster is made
 * @param join how many machines that join it are made
 */
record ControlPlanePlan(boolean begin, int join) {
    static final String INITIALIZED = "initialized";

    /**
     * What there is.
     *
     * @param cluster the owning cluster
     * @param machines of the control plane, deleted ones included
     * @param serving names of machines whose API server listens
     */
    record Observed(
            KubeObject controlPlane, Optional<KubeObject> cluster, List<KubeObject> machines, List<String> serving) {
        boolean initialized() {
            return controlPlane.at("status", INITIALIZED).asBoolean() || !serving.isEmpty();
        }

        boolean hasInfrastructure() {
            return cluster.map(
                            object -> object.at("status", "infrastructureReady").asBoolean()
                                    && object.at("spec", "controlPlaneEndpoint").isObject())
                    .orElse(false);
        }

        private List<KubeObject> staying() {
            return machines.stream().filter(machine -> !machine.deleting()).toList();
        }

        int replicas() {
            return controlPlane.at("spec", "replicas").asInt(1);
        }
    }

    static ControlPlanePlan of(Observed observed) {
        if (!observed.hasInfrastructure() || observed.controlPlane().deleting()) {
            return new ControlPlanePlan(false, 0);
        }
        int missing = observed.replicas() - observed.staying().size();
        if (observed.initialized()) {
            return new ControlPlanePlan(false, Math.max(0, missing));
        }
        return new ControlPlanePlan(observed.staying().isEmpty(), 0);
    }

    /** Writes the status into the control plane. */
    static void status(KubeObject controlPlane, Observed observed, Instant now) {
        List<KubeObject> staying = observed.staying();
        long ready = staying.stream()
                .filter(machine -> Conditions.isTrue(machine, "Ready"))
                .count();
        long updated = staying.stream()
                .filter(machine -> machine.text("spec", "version").equals(controlPlane.text("spec", "version")))
                .count();
        controlPlane
                .status()
                .put("replicas", staying.size())
                .put("updatedReplicas", updated)
                .put("readyReplicas", ready)
                .put("unavailableReplicas", Math.max(0, observed.replicas() - ready))
                .put(INITIALIZED, observed.initialized())
                .put("ready", ready > 0)
                .put(
                        "selector",
                        "cluster.x-k8s.io/control-plane,cluster.x-k8s.io/cluster-name="
                                + observed.cluster().map(KubeObject::name).orElse(""));
        Conditions.set(
                controlPlane,
                observed.initialized()
                        ? Condition.isTrue("Available", "", "")
                        : Condition.isFalse(
                                "Available", "WaitingForKubeadmInit", "no API server of the cluster listens yet"),
                now);
        Conditions.set(controlPlane, ready(observed, staying, ready), now);
    }

    private static Condition ready(Observed observed, List<KubeObject> staying, long ready) {
        if (!observed.hasInfrastructure()) {
            return Condition.isFalse(
                    "Ready",
                    "WaitingForInfrastructure",
                    "waiting for the cluster's virtual IP before machines are made");
        }
        if (ready >= observed.replicas()) {
            return Condition.isTrue("Ready", "", "");
        }
        String count = ready + " of " + observed.replicas() + " control plane nodes are Ready";
        Optional<KubeObject> first = staying.stream()
                .filter(machine -> !Conditions.isTrue(machine, "Ready"))
                .findFirst();
        Optional<Condition> why = first.flatMap(machine -> Conditions.find(machine, "Ready"));
        return Condition.isFalse(
                "Ready",
                why.map(Condition::reason).filter(reason -> !reason.isEmpty()).orElse("ScalingUp"),
                count
                        + first.map(machine -> "; " + machine.name()).orElse("")
                        + why.map(condition -> ": " + condition.message()).orElse(""));
    }
}
