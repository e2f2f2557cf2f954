package io.kantoku.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The built-in resources and, per cluster, those of its CustomResourceDefinitions, which it learns as their listener. Any
 * thread may read it.
 */
final class ResourceCatalog implements ServedResources, ObjectListener {
    /** Resources whose objects can own or be owned, or live in namespaces. Events are last: they only tell of the others. */
    static final List<ApiResource> BUILT_IN = List.of(
            in(Resources.PODS, "Pod"),
            in(Resources.REPLICA_SETS, "ReplicaSet"),
            in(Resources.DEPLOYMENTS, "Deployment"),
            in(Resources.STATEFUL_SETS, "StatefulSet"),
            in(Resources.DAEMON_SETS, "DaemonSet"),
            in(Resources.CONTROLLER_REVISIONS, "ControllerRevision"),
            in(Resources.REPLICATION_CONTROLLERS, "ReplicationController"),
            in(Resources.CRON_JOBS, "CronJob"),
            in(Resources.JOBS, "Job"),
            in(Resources.SERVICES, "Service"),
            in(Resources.ENDPOINTS, "Endpoints"),
            in(Resources.ENDPOINT_SLICES, "EndpointSlice"),
            in(Resources.CONFIG_MAPS, "ConfigMap"),
            in(Resources.SECRETS, "Secret"),
            in(Resources.SERVICE_ACCOUNTS, "ServiceAccount"),
            in(Resources.PERSISTENT_VOLUME_CLAIMS, "PersistentVolumeClaim"),
            in(Resources.POD_TEMPLATES, "PodTemplate"),
            in(Resources.LIMIT_RANGES, "LimitRange"),
            in(Resources.RESOURCE_QUOTAS, "ResourceQuota"),
            in(Resources.HORIZONTAL_POD_AUTOSCALERS, "HorizontalPodAutoscaler"),
            in(Resources.POD_DISRUPTION_BUDGETS, "PodDisruptionBudget"),
            in(Resources.INGRESSES, "Ingress"),
            in(Resources.NETWORK_POLICIES, "NetworkPolicy"),
            in(Resources.LEASES, "Lease"),
            in(Resources.ROLES, "Role"),
            in(Resources.ROLE_BINDINGS, "RoleBinding"),
            in(Resources.EVENTS, "Event"),
            over(Resources.NAMESPACES, "Namespace"),
            over(Resources.NODES, "Node"),
            over(Resources.PERSISTENT_VOLUMES, "PersistentVolume"),
            over(Resources.CLUSTER_ROLES, "ClusterRole"),
            over(Resources.CLUSTER_ROLE_BINDINGS, "ClusterRoleBinding"),
            over(Resources.STORAGE_CLASSES, "StorageClass"),
            over(Resources.PRIORITY_CLASSES, "PriorityClass"),
            over(Resources.CUSTOM_RESOURCE_DEFINITIONS, "CustomResourceDefinition"),
            over(Resources.API_SERVICES, "APIService"),
            over(Resources.MUTATING_WEBHOOKS, "MutatingWebhookConfiguration"),
            over(Resources.VALIDATING_WEBHOOKS, "ValidatingWebhookConfiguration"));

    private final Map<ClusterId, Map<String, ApiResource>> custom = new ConcurrentHashMap<>();

    @Override
    public Collection<ApiResource> of(ClusterId cluster) {
        Map<String, ApiResource> own = custom.getOrDefault(cluster, Map.of());
        List<ApiResource> all = new ArrayList<>(BUILT_IN.size() + own.size());
        all.addAll(own.values());
        all.addAll(BUILT_IN);
        return all;
    }

    @Override
    public void onPresent(ClusterId cluster, KubeObject definition, @Nullable KubeObject previous) {
        resource(definition)
                .ifPresent(resource -> custom.compute(cluster, (_, known) -> {
                    Map<String, ApiResource> next = known == null ? new ConcurrentHashMap<>() : known;
                    next.put(definition.name(), resource);
                    return next;
                }));
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject definition) {
        custom.computeIfPresent(cluster, (_, known) -> {
            known.remove(definition.name());
            return known.isEmpty() ? null : known;
        });
    }

    /** What a definition adds, in its storage version if that is served, else in the first that is. */
    static Optional<ApiResource> resource(KubeObject definition) {
        String version = "";
        for (JsonNode candidate : definition.at("spec", "versions")) {
            if (candidate.path("served").asBoolean()
                    && (version.isEmpty() || candidate.path("storage").asBoolean())) {
                version = candidate.path("name").asText();
            }
        }
        if (version.isEmpty()) {
            version = definition.text("spec", "version");
        }
        return version.isEmpty()
                ? Optional.empty()
                : Optional.of(new ApiResource(
                        new GroupVersionResource(
                                definition.text("spec", "group"), version, definition.text("spec", "names", "plural")),
                        definition.text("spec", "names", "kind"),
                        definition.text("spec", "scope").equals("Namespaced")));
    }

    private static ApiResource in(GroupVersionResource resource, String kind) {
        return new ApiResource(resource, kind, true);
    }

    private static ApiResource over(GroupVersionResource resource, String kind) {
        return new ApiResource(resource, kind, false);
    }
}
