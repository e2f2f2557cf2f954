package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Empties a node before its machine goes, as Cluster API does: no new pods, then evictions, which keep to disruption budgets. Pods of
 * DaemonSets stay, for nothing else could take them.
 */
final class NodeDrain {
    /** A budget that never allows an eviction must not keep a machine for ever. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final GroupVersionKind EVICTION = new GroupVersionKind("policy", "v1beta1", "Eviction");

    private NodeDrain() {}

    /**
     * Does the next step.
     *
     * @param node as the guest's API has it now
     * @param since when the machine's deletion began
     * @return what the machine's end waits for; nothing when the node is empty, does not answer anyway, or the time is over
     */
    static Optional<String> step(KubeClient guest, KubeObject node, Instant since, Instant now) {
        if (!Conditions.isTrue(node, "Ready") || now.isAfter(since.plus(LIMIT))) {
            return Optional.empty();
        }
        if (!node.at("spec", "unschedulable").asBoolean()) {
            KubeObject cordoned = node.copy();
            cordoned.spec().put("unschedulable", true);
            guest.update(Resources.NODES, cordoned);
        }
        List<KubeObject> pods =
                guest.list(Resources.PODS, Query.all().where("spec.nodeName=" + node.name())).items().stream()
                        .filter(NodeDrain::moves)
                        .toList();
        pods.stream().filter(pod -> !pod.deleting()).forEach(pod -> evict(guest, pod));
        return pods.isEmpty()
                ? Optional.empty()
                : Optional.of("pods move away from the node, " + pods.size() + " are left, "
                        + pods.getFirst().namespacedName() + " the first; a disruption budget is waited for until "
                        + since.plus(LIMIT));
    }

    private static boolean moves(KubeObject pod) {
        String phase = pod.text("status", "phase");
        boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
        boolean everywhere = pod.controller()
                .filter(owner -> owner.kind().equals("DaemonSet"))
                .isPresent();
        return !ended && !everywhere && !pod.annotations().containsKey("kubernetes.io/config.mirror");
    }

    private static void evict(KubeClient guest, KubeObject pod) {
        try {
            guest.post(
                    Resources.PODS,
                    pod.namespacedName(),
                    "eviction",
                    KubeObject.create(EVICTION, pod.namespace(), pod.name()));
        } catch (ApiException e) {
            if (!e.isNotFound() && e.status().code() != TOO_MANY_REQUESTS) { // gone, or the budget says later
                throw e;
            }
        }
    }
}
