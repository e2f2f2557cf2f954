package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.registry.Deletion;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import java.time.InstantSource;
import java.util.List;

/** Binding a pod to a node, and evicting it as its disruption budget allows. */
final class PodActions {
    private static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");

    private final Registry registry;
    private final ResourceTypes types;
    private final InstantSource clock;

    PodActions(Registry registry, ResourceTypes types, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        this.types = types;
    }

    /** Assigns a pod to the node that a {@code Binding} names, once and for all. */
    ObjectNode bind(Target target, ObjectNode binding, WriteOptions options) {
        String node = Actions.text(binding, "target", "name");
        if (node.isEmpty()) {
            throw ApiException.badRequest("target.name must name the node to bind to");
        }
        registry.modify(
                target,
                pod -> {
                    String present = Actions.text(pod, "spec", "nodeName");
                    if (!present.isEmpty()) {
                        throw refusal(
                                target,
                                "pod " + target.name().name() + " is already assigned to node \"" + present + "\"");
                    }
                    if (pod.path("metadata").has("deletionTimestamp")) {
                        throw refusal(
                                target,
                                "pod " + target.name().name() + " is being deleted, cannot be assigned to a host");
                    }
                    pod.withObjectProperty("spec").put("nodeName", node);
                    copy(binding, pod, "annotations");
                    copy(binding, pod, "labels");
                },
                options);
        if (!options.dryRun()) {
            registry.modify(target.part("status"), pod -> scheduled(pod), options);
        }
        return Actions.success();
    }

    private static void copy(ObjectNode binding, ObjectNode pod, String member) {
        binding.path("metadata")
                .path(member)
                .properties()
                .forEach(entry -> pod.withObjectProperty("metadata")
                        .withObjectProperty(member)
                        .set(entry.getKey(), entry.getValue()));
    }

    private static void scheduled(ObjectNode pod) {
        ArrayNode conditions = pod.withObjectProperty("status").withArrayProperty("conditions");
        String now = Actions.text(pod, "metadata", "creationTimestamp");
        long generation = pod.path("metadata").path("generation").asLong();
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals("PodScheduled")) {
                ((ObjectNode) condition)
                        .put("status", "True")
                        .put("observedGeneration", generation)
                        .remove(List.of("reason", "message"));
                return;
            }
        }
        conditions
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("observedGeneration", generation)
                .put("lastTransitionTime", now);
    }

    private static ApiException refusal(Target target, String why) {
        return ApiException.conflict(
                new GroupResource("", "pods/binding"), target.name().name(), why);
    }

    /** Deletes a pod unless that would take more pods away than a disruption budget allows. */
    ObjectNode evict(Target target, ObjectNode eviction, WriteOptions options) {
        JsonNode given = eviction.path("deleteOptions");
        Deletion deletion = new Deletion(
                given.path("gracePeriodSeconds").asLong(-1),
                given.path("preconditions").path("uid").asText(""),
                given.path("preconditions").path("resourceVersion").asText(""),
                Deletion.Propagation.UNSET,
                options.dryRun() || !given.path("dryRun").isEmpty());
        KubeObject pod =
                KubeObject.of(registry.get(target.cluster(), target.type().name(), target.name())
                        .tree());
        String phase = pod.text("status", "phase");
        if (!phase.equals("Succeeded") && !phase.equals("Failed") && !phase.equals("Pending") && !pod.deleting()) {
            spendBudget(target, pod, deletion.dryRun());
        }
        registry.delete(target.part(""), deletion, options);
        return Actions.success();
    }

    private void spendBudget(Target target, KubeObject pod, boolean dryRun) {
        List<KubeObject> budgets = registry.list(target.cluster(), BUDGETS, pod.namespace()).stream()
                .filter(budget ->
                        LabelSelector.fromJson(budget.at("spec", "selector")).matches(pod.labels()))
                .toList();
        if (budgets.size() > 1) {
            throw ApiException.internal(
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does"
                            + " not support.");
        }
        if (budgets.isEmpty()) {
            return;
        }
        KubeObject budget = budgets.getFirst();
        ResourceType type = types.find(target.cluster(), BUDGETS).orElseThrow(ResourceTypes::notServed);
        Target status = new Target(
                target.cluster(),
                UserInfos.SERVER,
                type,
                type.storageVersion(),
                "status",
                new NamespacedName(budget.namespace(), budget.name()));
        WriteOptions options = WriteOptions.by("kube-apiserver");
        registry.modify(
                status,
                object -> spend(object, pod),
                new WriteOptions(dryRun, options.fieldManager(), options.validation(), options.warnings()));
    }

    private void spend(ObjectNode budget, KubeObject pod) {
        ObjectNode status = budget.withObjectProperty("status");
        if (!Conditions.isTrue(pod, "Ready") && mayGoUnready(budget, status)) {
            return;
        }
        long allowed = status.path("disruptionsAllowed").asLong(0);
        boolean stale = status.path("observedGeneration").asLong(0)
                < budget.path("metadata").path("generation").asLong(0);
        if (stale || allowed <= 0) {
            String name = Actions.text(budget, "metadata", "name");
            String detail = stale
                    ? "The disruption budget " + name + " is still being processed by the server."
                    : "The disruption budget " + name + " needs "
                            + status.path("desiredHealthy").asLong() + " healthy pods and has "
                            + status.path("currentHealthy").asLong() + " currently";
            throw new ApiException(Status.failure(
                            429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
                    .withDetails(new Status.Details(
                            "",
                            "",
                            "",
                            "",
                            List.of(new Status.Cause("DisruptionBudget", detail, "")),
                            stale ? 10 : 0)));
        }
        status.put("disruptionsAllowed", allowed - 1);
        // Until the deletion is seen, the pod does not count as one that is there.
        status.withObjectProperty("disruptedPods").put(pod.name(), Timestamps.seconds(clock.instant()));
    }

    /** A pod that is not ready takes nothing away from a budget that is kept without it, or that says so. */
    private static boolean mayGoUnready(ObjectNode budget, ObjectNode status) {
        if (Actions.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")) {
            return true;
        }
        long desired = status.path("desiredHealthy").asLong(0);
        return desired > 0 && status.path("currentHealthy").asLong(0) >= desired;
    }
}
