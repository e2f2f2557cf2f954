package io.kantoku.controllers.disruption;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.Clusters;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.SelectorIndex;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the status of PodDisruptionBudgets, by which evictions are allowed. */
public final class BudgetController implements Reconciler {
    private static final Map<String, GroupVersionResource> SCALED = Map.of(
            "ReplicaSet", Resources.REPLICA_SETS,
            "ReplicationController", Resources.REPLICATION_CONTROLLERS,
            "StatefulSet", Resources.STATEFUL_SETS,
            "Deployment", Resources.DEPLOYMENTS);

    private final Clusters clusters;
    private final InstantSource clock;
    private final Events events;
    private final SelectorIndex selectors = SelectorIndex.ofSpec();

    public BudgetController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        events = new Events(clusters, "controllermanager", clock);
    }

    /** Remembers which pods each budget is for. */
    public ObjectListener observer() {
        return selectors;
    }

    /** Leads from a pod to the budgets that it is or was under. */
    public Mapper pods() {
        return selectors.selected();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject budget =
                client.find(Resources.POD_DISRUPTION_BUDGETS, request.name()).orElse(null);
        if (budget == null) {
            return Result.done();
        }
        LabelSelector selector = LabelSelector.fromJson(budget.at("spec", "selector"));
        List<KubeObject> pods = client.list(Resources.PODS, Query.in(budget.namespace())).items().stream()
                .filter(pod -> selector.matches(pod.labels()) && !Pods.isTerminal(pod))
                .toList();
        if (pods.isEmpty()) {
            events.normal(request.cluster(), budget, "NoPods", "No matching pods found");
        }
        BudgetPlan plan = BudgetPlan.plan(budget, pods, expected(client, pods), clock.instant());
        Clients.updateStatus(client, Resources.POD_DISRUPTION_BUDGETS, budget, plan.status());
        return Result.after(plan.recheck());
    }

    /** The sum of the replicas of what makes the pods; pods that nothing makes count for themselves. */
    private static int expected(KubeClient client, List<KubeObject> pods) {
        Map<String, Integer> replicas = new HashMap<>();
        int single = 0;
        for (KubeObject pod : pods) {
            Optional<KubeObject> maker = maker(client, pod);
            if (maker.isEmpty()) {
                single++;
            } else {
                JsonNode count = maker.get().at("spec", "replicas");
                replicas.put(maker.get().uid(), count.asInt(1));
            }
        }
        return single + replicas.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** What decides how many such pods there are: a ReplicaSet's Deployment, if it has one. */
    private static Optional<KubeObject> maker(KubeClient client, KubeObject pod) {
        Optional<KubeObject> maker = pod.controller().flatMap(owner -> find(client, pod.namespace(), owner));
        Optional<KubeObject> above =
                maker.flatMap(found -> found.controller().flatMap(owner -> find(client, pod.namespace(), owner)));
        return above.isPresent() ? above : maker;
    }

    private static Optional<KubeObject> find(KubeClient client, String namespace, OwnerReference owner) {
        GroupVersionResource resource = SCALED.get(owner.kind());
        return resource == null
                ? Optional.empty()
                : client.find(resource, new NamespacedName(namespace, owner.name()))
                        .filter(found -> found.uid().equals(owner.uid()));
    }
}
