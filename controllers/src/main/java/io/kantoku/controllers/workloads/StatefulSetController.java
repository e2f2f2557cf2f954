package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.SelectorIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps the numbered pods of a StatefulSet and their volume claims. */
public final class StatefulSetController implements Reconciler {
    private final Clusters clusters;
    private final InstantSource clock;
    private final Events events;
    private final Strays strays = new Strays();
    private final SelectorIndex selectors = SelectorIndex.ofSpec();

    public StatefulSetController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        events = new Events(clusters, "statefulset-controller", clock);
    }

    public Mapper pods() {
        return strays.noting(Mapper.owner("apps", "StatefulSet"), selectors);
    }

    /** Keeps the selectors of all, to find who adopts an orphan. */
    public ObjectListener observer() {
        return selectors;
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject set = client.find(Resources.STATEFUL_SETS, request.name()).orElse(null);
        if (set == null) {
            strays.take(request);
            return Result.done();
        }
        LabelSelector selector = LabelSelector.fromJson(set.at("spec", "selector"));
        if (selector.isEverything() || selector.nothing()) {
            return Result.done();
        }
        for (NamespacedName stray : strays.take(request)) {
            client.find(Resources.PODS, stray)
                    .ifPresent(pod -> Claims.settle(client, Resources.PODS, set, selector, pod));
        }
        List<KubeObject> own = Claims.claim(client, Resources.PODS, set, selector);
        if (set.deleting()) {
            return Result.done();
        }
        Instant now = clock.instant();
        Revisions revisions = Revisions.of(client, set, selector);
        KubeObject update = revisions.latest();
        KubeObject current =
                revisions.named(set.text("status", "currentRevision")).orElse(update);
        StatefulSetPlan plan = StatefulSetPlan.plan(set, own, update.name(), now);
        if (ClaimRetention.matters(set)) {
            own.forEach(pod -> retain(client, set, pod));
        }
        for (KubeObject pod : plan.delete()) {
            delete(client, set, pod);
        }
        for (int ordinal : plan.create()) {
            if (!create(client, set, ordinal, revisionOf(set, ordinal, current, update))) {
                break;
            }
        }
        List<KubeObject> after = plan.create().isEmpty() && plan.delete().isEmpty()
                ? own
                : Claims.claim(client, Resources.PODS, set, selector);
        KubeObject status = StatefulSetPlan.status(set, after, current, update, now);
        Clients.updateStatus(client, Resources.STATEFUL_SETS, set, status);
        Set<String> used = new HashSet<>();
        own.forEach(pod -> used.add(pod.labels().getOrDefault(Revisions.HASH, "")));
        used.add(current.name());
        used.add(status.text("status", "currentRevision"));
        revisions.truncate(client, set.at("spec", "revisionHistoryLimit").asInt(10), used);
        return Result.after(recheck(set, own, now));
    }

    /** Below the partition, and while an update has not reached it, an ordinal keeps the revision it had. */
    private static KubeObject revisionOf(KubeObject set, int ordinal, KubeObject current, KubeObject update) {
        int partition = StatefulSetPlan.partition(set);
        boolean keeps = partition > 0
                ? ordinal < partition
                : ordinal
                        < StatefulSetPlan.start(set)
                                + set.at("status", "currentReplicas").asInt();
        return keeps ? current : update;
    }

    private boolean create(KubeClient client, KubeObject set, int ordinal, KubeObject revision) {
        KubeObject pod = StatefulSetPlan.pod(set, ordinal, revision);
        try {
            for (KubeObject claim : StatefulSetPlan.claims(set, ordinal)) {
                if (client.find(Resources.PERSISTENT_VOLUME_CLAIMS, claim.namespacedName())
                        .isEmpty()) {
                    client.create(
                            Resources.PERSISTENT_VOLUME_CLAIMS,
                            ClaimRetention.owned(claim, set, Optional.empty(), false));
                    events.normal(
                            client.cluster(),
                            set,
                            "SuccessfulCreate",
                            "create Claim " + claim.name() + " Pod " + pod.name() + " in StatefulSet " + set.name()
                                    + " success");
                }
            }
            client.create(Resources.PODS, pod);
        } catch (ApiException e) {
            if (Clients.isNamespaceTerminating(e)) {
                return false;
            }
            events.warning(
                    client.cluster(),
                    set,
                    "FailedCreate",
                    "create Pod " + pod.name() + " in StatefulSet " + set.name() + " failed error: " + e.getMessage());
            throw e;
        }
        events.normal(
                client.cluster(),
                set,
                "SuccessfulCreate",
                "create Pod " + pod.name() + " in StatefulSet " + set.name() + " successful");
        return true;
    }

    /** Gives the claims of a pod the owner that the set's policy asks for. */
    private static void retain(KubeClient client, KubeObject set, KubeObject pod) {
        int ordinal = StatefulSetPlan.ordinal(set, pod);
        int start = StatefulSetPlan.start(set);
        boolean condemned = ordinal < start || ordinal >= start + ReplicaSetPlan.replicas(set);
        for (KubeObject claim : ordinal < 0 ? List.<KubeObject>of() : StatefulSetPlan.claims(set, ordinal)) {
            client.find(Resources.PERSISTENT_VOLUME_CLAIMS, claim.namespacedName())
                    .filter(stored -> !stored.deleting())
                    .ifPresent(stored -> {
                        KubeObject next = ClaimRetention.owned(stored, set, Optional.of(pod), condemned);
                        if (!next.equals(stored)) {
                            client.update(Resources.PERSISTENT_VOLUME_CLAIMS, next);
                        }
                    });
        }
    }

    private void delete(KubeClient client, KubeObject set, KubeObject pod) {
        if (Pods.isTerminal(pod)) {
            boolean failed = Pods.phase(pod).equals("Failed");
            events.record(
                    client.cluster(),
                    set,
                    "",
                    failed ? "Warning" : "Normal",
                    failed ? "RecreatingFailedPod" : "RecreatingTerminatedPod",
                    "StatefulSet " + set.namespace() + "/" + set.name() + " is recreating "
                            + (failed ? "failed" : "terminated") + " Pod " + pod.name());
        }
        if (Clients.delete(client, Resources.PODS, pod, DeleteOptions.background())) {
            events.normal(
                    client.cluster(),
                    set,
                    "SuccessfulDelete",
                    "delete Pod " + pod.name() + " in StatefulSet " + set.name() + " successful");
        }
    }

    private static Duration recheck(KubeObject set, List<KubeObject> own, Instant now) {
        long minReady = set.at("spec", "minReadySeconds").asLong();
        return own.stream()
                .flatMap(pod -> Pods.untilAvailable(pod, minReady, now).stream())
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
