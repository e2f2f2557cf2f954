package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.KubeObject;

/** One write on the way of a rollout. */
sealed interface RolloutStep {
    /** Creates the ReplicaSet of the present template. */
    record Create(KubeObject replicaSet) implements RolloutStep {}

    /** Writes a ReplicaSet whose annotations or copied fields differ. */
    record Refresh(KubeObject replicaSet) implements RolloutStep {}

    /** Writes a ReplicaSet with another size. */
    record Scale(KubeObject replicaSet, int from, int to) implements RolloutStep {}

    /** Deletes a ReplicaSet beyond the history that is kept. */
    record Forget(KubeObject replicaSet) implements RolloutStep {}

    /** Notes the revision on the Deployment. */
    record Revise(long revision) implements RolloutStep {}
}
