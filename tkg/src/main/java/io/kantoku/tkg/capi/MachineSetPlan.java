package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import java.util.Comparator;
import java.util.List;

/**
 * Decides how a set of machines gets to its number: what is missing is made; what is too much goes, machines that never became
 * nodes first, then unhealthy ones, then the newest. Pure.
 */
record MachineSetPlan(int create, List<KubeObject> delete) {
    private static final Comparator<KubeObject> FIRST_TO_GO = Comparator.comparingInt(MachineSetPlan::worth)
            .thenComparing(machine -> machine.text("metadata", "creationTimestamp"), Comparator.reverseOrder())
            .thenComparing(KubeObject::name);

    MachineSetPlan {
        delete = List.copyOf(delete);
    }

    /** @param machines of the set, deleted ones included */
    static MachineSetPlan of(int replicas, List<KubeObject> machines) {
        List<KubeObject> staying =
                machines.stream().filter(machine -> !machine.deleting()).toList();
        int excess = staying.size() - replicas;
        return excess <= 0
                ? new MachineSetPlan(-excess, List.of())
                : new MachineSetPlan(
                        0, staying.stream().sorted(FIRST_TO_GO).limit(excess).toList());
    }

    private static int worth(KubeObject machine) {
        if (machine.annotations().containsKey("cluster.x-k8s.io/delete-machine")) {
            return 0;
        }
        if (machine.at("status", "nodeRef").isMissingNode()) {
            return 1;
        }
        return Conditions.isTrue(machine, "NodeHealthy") ? 3 : 2;
    }
}
