package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.SelectorIndex;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rolls a pod template out over ReplicaSets. */
public final class DeploymentController implements Reconciler {
    private final Clusters clusters;
    private final InstantSource clock;
    private final Events events;
    private final Strays strays = new Strays();
    private final SelectorIndex selectors = SelectorIndex.ofSpec();

    public DeploymentController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        events = new Events(clusters, "deployment-controller", clock);
    }

    /** Leads from a ReplicaSet to its Deployment. */
    public Mapper replicaSets() {
        return strays.noting(Mapper.owner("apps", "Deployment"), selectors);
    }

    /** Leads from a deleted pod to the Deployment above its ReplicaSet, which may wait for it to recreate. */
    public static Mapper deletedPods() {
        return (cluster, pod, previous) -> {
            String hash = pod.labels().getOrDefault(Templates.POD_TEMPLATE_HASH, "");
            String owner = pod.controller()
                    .filter(reference -> reference.kind().equals("ReplicaSet"))
                    .map(reference -> reference.name())
                    .orElse("");
            return Mapper.isDeletion(pod, previous) && !hash.isEmpty() && owner.endsWith("-" + hash)
                    ? List.of(new Request(
                            cluster,
                            new NamespacedName(
                                    pod.namespace(), owner.substring(0, owner.length() - hash.length() - 1))))
                    : List.of();
        };
    }

    /** Keeps the selectors of all, to find who adopts an orphan. */
    public ObjectListener observer() {
        return selectors;
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject deployment =
                client.find(Resources.DEPLOYMENTS, request.name()).orElse(null);
        if (deployment == null) {
            strays.take(request);
            return Result.done();
        }
        LabelSelector selector = LabelSelector.fromJson(deployment.at("spec", "selector"));
        if (selector.isEverything()) {
            events.warning(
                    request.cluster(),
                    deployment,
                    "SelectingAll",
                    "This deployment is selecting all pods. A non-empty selector is required.");
            return Result.done();
        }
        for (NamespacedName stray : strays.take(request)) {
            client.find(Resources.REPLICA_SETS, stray)
                    .ifPresent(set -> Claims.settle(client, Resources.REPLICA_SETS, deployment, selector, set));
        }
        Rollout rollout = new Rollout(deployment, Claims.claim(client, Resources.REPLICA_SETS, deployment, selector));
        DeploymentStatus.Progress progress = DeploymentStatus.Progress.NONE;
        List<KubeObject> pods = rollout.recreates() ? oldPods(client, rollout, selector) : List.of();
        for (RolloutStep step : DeploymentPlan.plan(rollout, pods)) {
            if (carryOut(client, rollout, step)) {
                progress = DeploymentStatus.Progress.CREATED;
            }
        }
        return writeStatus(client, request, rollout, selector, progress);
    }

    /** Carries out one step; whether it created a ReplicaSet. */
    private boolean carryOut(KubeClient client, Rollout rollout, RolloutStep step) {
        KubeObject deployment = rollout.deployment();
        switch (step) {
            case RolloutStep.Create(var set) -> {
                return create(client, deployment, set);
            }
            case RolloutStep.Refresh(var set) -> client.update(Resources.REPLICA_SETS, set);
            case RolloutStep.Scale(var set, var from, var to) -> {
                client.update(Resources.REPLICA_SETS, set);
                if (from != to) {
                    events.normal(
                            client.cluster(),
                            deployment,
                            "ScalingReplicaSet",
                            "Scaled " + (to > from ? "up" : "down") + " replica set " + set.name() + " from " + from
                                    + " to " + to);
                }
            }
            case RolloutStep.Forget(var set) ->
                Clients.delete(client, Resources.REPLICA_SETS, set, DeleteOptions.background());
            case RolloutStep.Revise(var revision) -> {
                var patch = Json.object();
                patch.putObject("metadata").putObject("annotations").put(Rollout.REVISION, Long.toString(revision));
                client.patch(Resources.DEPLOYMENTS, deployment.namespacedName(), Patch.merge(patch), "");
            }
        }
        return false;
    }

    private boolean create(KubeClient client, KubeObject deployment, KubeObject set) {
        try {
            client.create(Resources.REPLICA_SETS, set);
        } catch (ApiException e) {
            if (Clients.isNamespaceTerminating(e)) {
                return false;
            }
            if (!e.isAlreadyExists()) {
                String message = "Failed to create new replica set \"" + set.name() + "\": " + e.getMessage();
                events.warning(client.cluster(), deployment, "ReplicaSetCreateError", message);
                Clients.updateStatus(
                        client,
                        Resources.DEPLOYMENTS,
                        deployment,
                        DeploymentStatus.failed(deployment, message, clock.instant()));
                throw e;
            }
            avoidCollision(client, deployment, set);
            return false;
        }
        int size = set.at("spec", "replicas").asInt();
        if (size > 0) {
            events.normal(
                    client.cluster(),
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled up replica set " + set.name() + " from 0 to " + size);
        }
        return true;
    }

    /** Another ReplicaSet has the name that the template's hash gives: the next attempt hashes with a higher count. */
    private static void avoidCollision(KubeClient client, KubeObject deployment, KubeObject wanted) {
        KubeObject taken = client.get(Resources.REPLICA_SETS, wanted.namespacedName());
        boolean own = taken.controller()
                .filter(owner -> owner.uid().equals(deployment.uid()))
                .isPresent();
        if (!own || !Templates.equal(taken.at("spec", "template"), wanted.at("spec", "template"))) {
            KubeObject next = client.get(Resources.DEPLOYMENTS, deployment.namespacedName());
            next.status()
                    .put("collisionCount", next.at("status", "collisionCount").asInt() + 1);
            client.updateStatus(Resources.DEPLOYMENTS, next);
        }
    }

    private Result writeStatus(
            KubeClient client,
            Request request,
            Rollout before,
            LabelSelector selector,
            DeploymentStatus.Progress progress) {
        KubeObject deployment =
                client.find(Resources.DEPLOYMENTS, request.name()).orElse(null);
        if (deployment == null || !deployment.uid().equals(before.deployment().uid())) {
            return Result.done();
        }
        Rollout rollout = new Rollout(deployment, Claims.claim(client, Resources.REPLICA_SETS, deployment, selector));
        KubeObject next = DeploymentStatus.of(rollout, progress, clock.instant());
        Clients.updateStatus(client, Resources.DEPLOYMENTS, deployment, next);
        return Result.after(DeploymentStatus.untilDeadline(next, clock.instant()));
    }

    private static List<KubeObject> oldPods(KubeClient client, Rollout rollout, LabelSelector selector) {
        Set<String> old = new HashSet<>();
        rollout.old().forEach(set -> old.add(set.uid()));
        List<KubeObject> pods = new ArrayList<>();
        for (KubeObject pod : client.list(
                        Resources.PODS,
                        Query.in(rollout.deployment().namespace()).labelled(selector.toString()))
                .items()) {
            if (pod.controller().filter(owner -> old.contains(owner.uid())).isPresent()) {
                pods.add(pod);
            }
        }
        return pods;
    }
}
