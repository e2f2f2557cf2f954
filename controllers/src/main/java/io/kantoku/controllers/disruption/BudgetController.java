package io.kantoku.controllers.disruption;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.ApiPaths;
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
import io.kantoku.controllers.ApiResource;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.SelectorIndex;
import io.kantoku.controllers.ServedResources;
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
    private final ServedResources served;
    private final InstantSource clock;
    private final Events events;
    private final SelectorIndex selectors = SelectorIndex.ofSpec();

    public BudgetController(Clusters clusters, ServedResources served, InstantSource clock) {
        this.clusters = clusters;
        this.served = served;
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
        int expected = 0;
        try {
            expected = BudgetPlan.asksForScale(budget) ? expected(client, budget, pods) : 0;
        } catch (UncountableException e) {
            events.warning(
                    request.cluster(),
                    budget,
                    "CalculateExpectedPodCountFailed",
                    "Failed to calculate the number of expected pods: " + e.getMessage());
            Clients.updateStatus(
                    client,
                    Resources.POD_DISRUPTION_BUDGETS,
                    budget,
                    BudgetPlan.failed(budget, e.getMessage(), clock.instant()));
            return Result.done();
        }
        BudgetPlan plan = BudgetPlan.plan(budget, pods, expected, clock.instant());
        Clients.updateStatus(client, Resources.POD_DISRUPTION_BUDGETS, budget, plan.status());
        return Result.after(plan.recheck());
    }

    /** Something makes the pods that does not say how many. */
    private static final class UncountableException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String why;

        UncountableException(String why) {
            super(why);
            this.why = why;
        }

        @Override
        public String getMessage() {
            return why;
        }
    }

    /** The sum of the replicas of what makes the pods; pods that nothing makes do not count, which is told. */
    private int expected(KubeClient client, KubeObject budget, List<KubeObject> pods) throws UncountableException {
        Map<String, Integer> replicas = new HashMap<>();
        boolean unmanaged = false;
        for (KubeObject pod : pods) {
            OwnerReference owner = pod.controller().orElse(null);
            if (owner == null) {
                unmanaged = true;
            } else if (!replicas.containsKey(owner.uid())) {
                replicas.put(owner.uid(), scale(client, pod, owner));
            }
        }
        if (unmanaged) {
            events.warning(
                    client.cluster(),
                    budget,
                    "UnmanagedPods",
                    "Pods selected by this PodDisruptionBudget (selector: "
                            + LabelSelector.fromJson(budget.at("spec", "selector"))
                            + ") were found to be unmanaged. As a result, the status of the PDB cannot be calculated"
                            + " correctly, which may result in undefined behavior. To account for these pods please set"
                            + " \".spec.minAvailable\" field of the PDB to an integer value.");
        }
        return replicas.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many pods what makes this one wants: its ReplicaSet's Deployment, or whatever has a scale. */
    private int scale(KubeClient client, KubeObject pod, OwnerReference owner) throws UncountableException {
        Optional<KubeObject> maker = maker(client, pod);
        if (maker.isPresent()) {
            return maker.get().at("spec", "replicas").asInt(1);
        }
        String group = GroupVersion.parse(owner.apiVersion()).group();
        ApiResource resource =
                served.ofKind(client.cluster(), group, owner.kind()).orElse(null);
        if (resource != null) {
            try {
                NamespacedName name = new NamespacedName(pod.namespace(), owner.name());
                return client.read(ApiPaths.object(resource.resource(), name, "scale"))
                        .path("spec")
                        .path("replicas")
                        .asInt();
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
            throw new UncountableException(
                    resource.resource().groupResource() + " does not implement the scale subresource");
        }
        throw new UncountableException("found no controllers for pod \"" + pod.name() + "\"");
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
