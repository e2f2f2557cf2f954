package io.kantoku.tkg.cluster;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.tkg.objects.Labels;
import java.util.List;
import java.util.Optional;

/**
 * How far the machines of a cluster are as its spec wants them: first the masters, then the workers. Pure.
 *
 * @param masters that are as wanted
 * @param workers that are as wanted
 * @param left machines, those included that are on their way out, that are not
 */
record TkcRollout(TanzuCluster wanted, long masters, long workers, long left) {
    static TkcRollout of(TanzuCluster wanted, TkcStatus.Observed observed) {
        List<KubeObject> old = observed.machines().stream()
                .filter(machine -> !machine.text("spec", "version").equals(wanted.version()))
                .toList();
        long mastersThere = count(observed.machines(), true);
        long workersThere = count(observed.machines(), false);
        long oldMasters = Math.max(count(old, true), outdated(observed.controlPlane()));
        long oldWorkers = Math.max(count(old, false), outdated(observed.workers()));
        return new TkcRollout(
                wanted,
                Math.max(0, mastersThere - oldMasters),
                Math.max(0, workersThere - oldWorkers),
                oldMasters + oldWorkers);
    }

    private static long count(List<KubeObject> machines, boolean masters) {
        return machines.stream()
                .filter(machine -> machine.labels().containsKey(Labels.CONTROL_PLANE) == masters)
                .count();
    }

    /** What the owner of machines says of those that are not made from its present template. */
    private static long outdated(Optional<KubeObject> owner) {
        return owner.map(object -> object.at("status", "replicas").asLong()
                        - object.at("status", "updatedReplicas").asLong())
                .orElse(0L);
    }

    /** What is going on; empty when all machines are as wanted. */
    Optional<String> message() {
        return left == 0
                ? Optional.empty()
                : Optional.of(
                        Math.min(masters, wanted.controlPlane().count()) + " of "
                                + wanted.controlPlane().count() + " control plane machines and "
                                + Math.min(workers, wanted.workers().count()) + " of "
                                + wanted.workers().count() + " workers are as " + wanted.version()
                                + " and the topology want them; they are replaced one after the other, the control plane first");
    }
}
