package io.kantoku.controllers.quota;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
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
import io.kantoku.controllers.ServedResources;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps the status of ResourceQuotas: what is used of each limit. Refusing what exceeds them is admission's business. */
public final class QuotaController implements Reconciler {
    private final Clusters clusters;
    private final ServedResources served;
    private final Map<Home, Map<String, Set<GroupResource>>> quotas = new ConcurrentHashMap<>();

    public QuotaController(Clusters clusters, ServedResources served) {
        this.clusters = clusters;
        this.served = served;
    }

    /** Keeps what each quota counts, to find those that a change concerns. */
    public ObjectListener observer() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject quota, @Nullable KubeObject previous) {
                Set<GroupResource> counted = new HashSet<>();
                quota.at("spec", "hard")
                        .properties()
                        .forEach(entry -> QuotaPlan.counted(entry.getKey()).ifPresent(counted::add));
                quotas.compute(new Home(cluster, quota.namespace()), (_, known) -> {
                    Map<String, Set<GroupResource>> next = known == null ? new ConcurrentHashMap<>() : known;
                    next.put(quota.name(), Set.copyOf(counted));
                    return next;
                });
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject quota) {
                quotas.computeIfPresent(new Home(cluster, quota.namespace()), (_, known) -> {
                    known.remove(quota.name());
                    return known.isEmpty() ? null : known;
                });
            }
        };
    }

    /** Leads from an object to the quotas of its namespace that count its kind. */
    public Mapper counted(GroupResource resource) {
        Mapper all = (cluster, object, _) -> {
            Set<Request> requests = new LinkedHashSet<>();
            quotas.getOrDefault(new Home(cluster, object.namespace()), Map.of()).forEach((name, counts) -> {
                if (counts.contains(resource)) {
                    requests.add(new Request(cluster, new NamespacedName(object.namespace(), name)));
                }
            });
            return requests;
        };
        return all.whenChanged((before, after) ->
                before.generation() != after.generation() || Pods.isTerminal(before) != Pods.isTerminal(after));
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject quota =
                client.find(Resources.RESOURCE_QUOTAS, request.name()).orElse(null);
        if (quota != null) {
            KubeObject next = QuotaPlan.plan(quota, resource -> list(client, resource, quota.namespace()));
            Clients.updateStatus(client, Resources.RESOURCE_QUOTAS, quota, next);
        }
        return Result.done();
    }

    private List<KubeObject> list(KubeClient client, GroupResource resource, String namespace) {
        return served.of(client.cluster()).stream()
                .filter(found -> found.resource().groupResource().equals(resource))
                .findFirst()
                .map(found -> Clients.list(client, found.resource(), Query.in(namespace)))
                .orElse(List.of());
    }

    private record Home(ClusterId cluster, String namespace) {}
}
