package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.SelectorIndex;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps as many pods of a template as a ReplicaSet asks for. */
public final class ReplicaSetController implements Reconciler {
    private final Clusters clusters;
    private final InstantSource clock;
    private final Kind kind;
    private final PodControl pods;
    private final Strays strays = new Strays();
    private final SelectorIndex selectors;

    /**
     * One of the two kinds that keep a number of pods.
     *
     * @param labels whether the selector is a map of labels, as the older of the two has it
     */
    public record Kind(GroupVersionResource resource, String group, String name, String component, boolean labels) {
        public static final Kind REPLICA_SET =
                new Kind(Resources.REPLICA_SETS, "apps", "ReplicaSet", "replicaset-controller", false);
        public static final Kind REPLICATION_CONTROLLER = new Kind(
                Resources.REPLICATION_CONTROLLERS, "", "ReplicationController", "replication-controller", true);

        private LabelSelector selector(KubeObject object) {
            JsonNode selector = object.at("spec", "selector");
            if (!labels) {
                return LabelSelector.fromJson(selector);
            }
            ObjectNode wrapped = Json.object();
            wrapped.set("matchLabels", selector.isObject() ? selector : Json.object());
            return LabelSelector.fromJson(wrapped);
        }
    }

    public ReplicaSetController(Clusters clusters, Kind kind, InstantSource clock) {
        this.clusters = clusters;
        this.kind = kind;
        this.clock = clock;
        pods = new PodControl(new Events(clusters, kind.component, clock));
        selectors = new SelectorIndex(kind::selector);
    }

    /** Leads from a pod to its ReplicaSet. */
    public Mapper pods() {
        return strays.noting(Mapper.owner(kind.group, kind.name), selectors);
    }

    /** Keeps the selectors of all, to find who adopts an orphan. */
    public ObjectListener observer() {
        return selectors;
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject replicaSet = client.find(kind.resource, request.name()).orElse(null);
        if (replicaSet == null) {
            strays.take(request);
            return Result.done();
        }
        LabelSelector selector = kind.selector(replicaSet);
        if (selector.isEverything() || selector.nothing()) {
            return Result.done();
        }
        for (NamespacedName stray : strays.take(request)) {
            client.find(Resources.PODS, stray)
                    .ifPresent(pod -> Claims.settle(client, Resources.PODS, replicaSet, selector, pod));
        }
        List<KubeObject> own = Claims.claim(client, Resources.PODS, replicaSet, selector);
        ReplicaSetPlan plan = ReplicaSetPlan.plan(replicaSet, own, clock.instant());
        ApiException failure = carryOut(client, replicaSet, plan);
        writeStatus(client, replicaSet, own, plan, failure);
        if (failure != null) {
            throw failure;
        }
        return Result.after(plan.recheck());
    }

    private @Nullable ApiException carryOut(KubeClient client, KubeObject replicaSet, ReplicaSetPlan plan) {
        try {
            pods.delete(client, replicaSet, plan.delete());
            for (int i = 0; i < plan.create(); i++) {
                KubeObject pod = Templates.pod(replicaSet, replicaSet.at("spec", "template"));
                if (!pods.create(client, replicaSet, pod)) {
                    break;
                }
            }
            return null;
        } catch (ApiException e) {
            // The status tells of it first; then the loop repeats with a growing delay.
            return e;
        }
    }

    private void writeStatus(
            KubeClient client,
            KubeObject replicaSet,
            List<KubeObject> own,
            ReplicaSetPlan plan,
            @Nullable ApiException failure) {
        KubeObject next = ReplicaSetPlan.status(replicaSet, own, clock.instant());
        if (failure == null) {
            Conditions.remove(next, "ReplicaFailure");
            if (next.at("status", "conditions").isEmpty()) {
                next.status().remove("conditions");
            }
        } else {
            String reason = plan.create() > 0 ? "FailedCreate" : "FailedDelete";
            Conditions.set(
                    next,
                    Condition.isTrue("ReplicaFailure", reason, String.valueOf(failure.getMessage())),
                    clock.instant());
        }
        Clients.updateStatus(client, kind.resource, replicaSet, next);
    }
}
