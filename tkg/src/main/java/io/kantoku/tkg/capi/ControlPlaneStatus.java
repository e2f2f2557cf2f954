package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Computes what a KubeadmControlPlane says of itself from its machines. Pure. */
final class ControlPlaneStatus {
    /** False while machines are replaced. */
    static final String UP_TO_DATE = "MachinesSpecUpToDate";

    private ControlPlaneStatus() {}

    /**
     * Writes the status into the control plane.
     *
     * @param waitingFor why the cluster's API cannot be used yet
     */
    static void write(
            KubeObject controlPlane, ControlPlanePlan.Observed observed, Optional<String> waitingFor, Instant now) {
        List<KubeObject> staying = observed.staying();
        List<KubeObject> outdated = observed.outdated();
        long ready = staying.stream()
                .filter(machine -> Conditions.isTrue(machine, "Ready"))
                .count();
        controlPlane
                .status()
                .put("replicas", staying.size())
                .put("updatedReplicas", staying.size() - outdated.size())
                .put("readyReplicas", ready)
                .put("unavailableReplicas", Math.max(0, observed.replicas() - ready))
                .put(ControlPlanePlan.INITIALIZED, observed.initialized())
                .put("ready", ready > 0)
                .put("observedGeneration", controlPlane.generation())
                .put(
                        "selector",
                        "cluster.x-k8s.io/control-plane,cluster.x-k8s.io/cluster-name="
                                + observed.cluster().map(KubeObject::name).orElse(""));
        observed.version().ifPresent(version -> controlPlane.status().put("version", version));
        Conditions.set(
                controlPlane,
                observed.initialized()
                        ? Condition.isTrue("Available", "", "")
                        : Condition.isFalse(
                                "Available",
                                "WaitingForKubeadmInit",
                                waitingFor.orElse("no API server of the cluster listens yet")),
                now);
        Condition upToDate = upToDate(observed, staying, outdated);
        Conditions.set(controlPlane, upToDate, now);
        Condition readiness = ready(observed, staying, ready);
        Conditions.set(
                controlPlane,
                readiness.isTrue() && !upToDate.isTrue()
                        ? Condition.isFalse("Ready", upToDate.reason(), upToDate.message())
                        : readiness,
                now);
    }

    private static Condition upToDate(
            ControlPlanePlan.Observed observed, List<KubeObject> staying, List<KubeObject> outdated) {
        if (outdated.isEmpty()) {
            return Condition.isTrue(UP_TO_DATE, "", "");
        }
        String waiting = ControlPlanePlan.of(observed).waitingFor();
        return Condition.isFalse(
                UP_TO_DATE,
                "RollingUpdateInProgress",
                (staying.size() - outdated.size()) + " of " + staying.size()
                        + " control plane machines are as they shall be, the others are replaced one after the other"
                        + (waiting.isEmpty() ? "" : "; " + waiting));
    }

    private static Condition ready(ControlPlanePlan.Observed observed, List<KubeObject> staying, long ready) {
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
