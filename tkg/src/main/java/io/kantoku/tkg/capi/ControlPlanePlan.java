package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.vsphere.library.ReleaseVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what a control plane needs next: the first machine, which begins the cluster; when its API answers, the others, which join
 * it; and when machines are not as they shall be any more, a new one, and when that serves, an end to an old one, until all are
 * replaced. There is at most one machine too many, and none goes or comes while another is not well. Pure; the order is that of
 * Cluster API's KubeadmControlPlane.
 *
 * @param begin whether a machine that begins the cluster is made
 * @param join how many machines that join it are made
 * @param remove the machine that goes
 * @param waitingFor why nothing happens although machines are to be replaced, or {@code ""}
 */
record ControlPlanePlan(boolean begin, int join, Optional<KubeObject> remove, String waitingFor) {
    static final String INITIALIZED = "initialized";

    private static final ControlPlanePlan NOTHING = new ControlPlanePlan(false, 0, Optional.empty(), "");

    /**
     * What there is.
     *
     * @param cluster the owning cluster
     * @param machines of the control plane, deleted ones included
     * @param serving names of machines whose API server listens
     * @param templates the templates that machines were made from, by the machines' names
     */
    record Observed(
            KubeObject controlPlane,
            Optional<KubeObject> cluster,
            List<KubeObject> machines,
            List<String> serving,
            Map<String, String> templates) {
        boolean initialized() {
            return controlPlane.at("status", INITIALIZED).asBoolean() || !serving.isEmpty();
        }

        boolean hasInfrastructure() {
            return cluster.map(
                            object -> object.at("status", "infrastructureReady").asBoolean()
                                    && object.at("spec", "controlPlaneEndpoint").isObject())
                    .orElse(false);
        }

        List<KubeObject> staying() {
            return machines.stream().filter(machine -> !machine.deleting()).toList();
        }

        int replicas() {
            return controlPlane.at("spec", "replicas").asInt(1);
        }

        /** Whether the machine is of another version or made from another template than machines shall be. */
        boolean outdated(KubeObject machine) {
            String wanted = controlPlane.text("spec", "infrastructureTemplate", "name");
            return !machine.text("spec", "version").equals(controlPlane.text("spec", "version"))
                    || !templates.getOrDefault(machine.name(), wanted).equals(wanted);
        }

        List<KubeObject> outdated() {
            return staying().stream().filter(this::outdated).toList();
        }

        /** The oldest version of all machines, those included that go; empty without machines. */
        Optional<String> version() {
            return machines.stream()
                    .map(machine -> ReleaseVersion.parse(machine.text("spec", "version")))
                    .min(ReleaseVersion::compareTo)
                    .map(ReleaseVersion::toString);
        }

        private boolean well(KubeObject machine) {
            return Conditions.isTrue(machine, "Ready") && serving.contains(machine.name());
        }

        /** What keeps machines from being exchanged, the machine {@code going} left aside. */
        private Optional<String> unwell(Optional<KubeObject> going) {
            return machines.stream()
                    .filter(machine -> going.filter(machine::equals).isEmpty())
                    .filter(machine -> machine.deleting() || !well(machine))
                    .findFirst()
                    .map(machine -> machine.deleting()
                            ? "waiting for the end of " + machine.name()
                            : "waiting for " + machine.name() + " to serve"
                                    + Conditions.find(machine, "Ready")
                                            .map(Condition::message)
                                            .filter(message -> !message.isEmpty())
                                            .map(message -> ": " + message)
                                            .orElse(""));
        }

        /** Of these the first to go: those that do not serve anyway, then the oldest. */
        private Optional<KubeObject> firstToGo(List<KubeObject> among) {
            return among.stream()
                    .min(Comparator.comparing(this::well)
                            .thenComparing(machine -> machine.text("metadata", "creationTimestamp"))
                            .thenComparing(KubeObject::name));
        }
    }

    static ControlPlanePlan of(Observed observed) {
        if (!observed.hasInfrastructure() || observed.controlPlane().deleting()) {
            return NOTHING;
        }
        List<KubeObject> staying = observed.staying();
        if (!observed.initialized()) {
            return staying.isEmpty() ? new ControlPlanePlan(true, 0, Optional.empty(), "") : NOTHING;
        }
        List<KubeObject> outdated = observed.outdated();
        if (staying.size() > observed.replicas()) {
            return remove(observed, observed.firstToGo(outdated.isEmpty() ? staying : outdated));
        }
        if (outdated.isEmpty()) {
            return join(observed.replicas() - staying.size());
        }
        return observed.unwell(Optional.empty()).map(ControlPlanePlan::waiting).orElseGet(() -> join(1));
    }

    private static ControlPlanePlan join(int machines) {
        return new ControlPlanePlan(false, machines, Optional.empty(), "");
    }

    private static ControlPlanePlan remove(Observed observed, Optional<KubeObject> going) {
        return observed.unwell(going)
                .map(ControlPlanePlan::waiting)
                .orElseGet(() -> new ControlPlanePlan(false, 0, going, ""));
    }

    private static ControlPlanePlan waiting(String why) {
        return new ControlPlanePlan(false, 0, Optional.empty(), why);
    }
}
