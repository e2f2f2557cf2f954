package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import io.kantoku.client.Mapper;
import io.kantoku.controllers.Pods;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which changes can matter to pods that wait. In all, the previous state is null for an addition and the object for an end. */
final class Changes {
    private Changes() {}

    /** Whether a pod without a node has become another one: not only its status has changed. */
    static boolean ofPod(KubeObject before, KubeObject after) {
        return before.deleting() != after.deleting()
                || !before.uid().equals(after.uid())
                || !before.at("spec").equals(after.at("spec"))
                || !before.at("metadata", "labels").equals(after.at("metadata", "labels"))
                || !before.at("metadata", "annotations").equals(after.at("metadata", "annotations"));
    }

    /** What a change of a pod that has a node means for those that have none. */
    static Set<Cause> ofBoundPod(KubeObject pod, @Nullable KubeObject previous) {
        Set<Cause> changes = EnumSet.noneOf(Cause.class);
        if (Mapper.isDeletion(pod, previous)) {
            return EnumSet.of(Cause.POD_GONE);
        }
        if (previous == null || Pods.nodeName(previous).isEmpty()) {
            return EnumSet.of(Cause.POD_COME);
        }
        if (Pods.isTerminal(pod) && !Pods.isTerminal(previous)) {
            changes.add(Cause.POD_GONE);
        }
        if (!previous.at("metadata", "labels").equals(pod.at("metadata", "labels"))
                || pod.deleting() != previous.deleting()) {
            changes.add(Cause.POD_COME);
        }
        if (!previous.at("spec").equals(pod.at("spec")) && !Amounts.heldBy(pod).equals(Amounts.heldBy(previous))) {
            changes.add(Cause.POD_GONE);
        }
        return changes;
    }

    /** Whether more than a heartbeat has changed. */
    static boolean ofNode(KubeObject node, @Nullable KubeObject previous) {
        return previous == null
                || Mapper.isDeletion(node, previous)
                || !previous.at("metadata", "labels").equals(node.at("metadata", "labels"))
                || !previous.at("spec").equals(node.at("spec"))
                || !previous.at("status", "allocatable").equals(node.at("status", "allocatable"));
    }
}
