package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import io.kantoku.client.Conditions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what of a resize a node takes over, and keeps what a pod's containers have been promised and have (KEP-1287). What is not
 * known after a restart of the process is taken from the pod's status. Owned by one thread.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resize CPU and Memory Resources
 *     assigned to Containers</a>
 */
final class PodResizer {
    /** Takes Events about the pod. */
    @FunctionalInterface
    interface Sink {
        void event(String type, String reason, String message);
    }

    private final NodeAccounts accounts;
    private final Sink sink;
    private Map<String, JsonNode> allocated = new LinkedHashMap<>();
    private final Map<String, JsonNode> actual = new LinkedHashMap<>();
    private Optional<Allocation.Pending> pending;
    private Optional<String> failure = Optional.empty();
    private boolean resizing;

    PodResizer(NodeAccounts accounts, KubeObject pod, Sink sink) {
        this.accounts = accounts;
        this.sink = sink;
        this.pending = Conditions.find(pod, "PodResizePending")
                .map(told -> new Allocation.Pending(told.reason(), told.message()));
        this.resizing = Conditions.isTrue(pod, "PodResizeInProgress");
        for (PodContainer container : PodContainer.all(pod)) {
            JsonNode specified = Allocation.specified(pod).get(container.name());
            Optional<JsonNode> reported = ContainerStatusWriter.reported(pod, container)
                    .filter(status -> status.path("resources").isObject());
            JsonNode had = reported.map(status -> status.path("resources")).orElse(specified);
            actual.put(container.name(), had);
            allocated.put(container.name(), reported.map(PodResizer::promised).orElse(specified));
        }
    }

    private static JsonNode promised(JsonNode status) {
        ObjectNode promised = status.path("resources").deepCopy();
        if (status.path("allocatedResources").isObject()) {
            promised.set("requests", status.path("allocatedResources"));
        }
        return promised;
    }

    Allocation allocation() {
        return new Allocation(allocated, actual, pending, failure);
    }

    /** Takes over what the specification asks for, if the node can give it; the pod with the resources that it is promised. */
    KubeObject allocate(KubeObject pod) {
        Map<String, JsonNode> wanted = Allocation.specified(pod);
        wanted.forEach((name, resources) -> {
            allocated.putIfAbsent(name, resources); // of an ephemeral container that came later
            actual.putIfAbsent(name, resources);
        });
        if (same(wanted, allocated)) {
            pending = Optional.empty();
            return pod;
        }
        Optional<Allocation.Pending> refused = accounts.resize(pod.uid(), Amounts.requestedBy(pod));
        if (refused.isEmpty()) {
            allocated = wanted;
            pending = Optional.empty();
            resizing = true;
            sink.event("Normal", "ResizeStarted", message("Pod resize started", pod, ""));
            return pod;
        }
        if (!refused.equals(pending)) {
            Allocation.Pending why = refused.get();
            sink.event("Warning", "Resize" + why.reason(), message("Pod resize " + why.reason(), pod, why.message()));
        }
        pending = refused;
        return withAllocated(pod);
    }

    private static boolean same(Map<String, JsonNode> one, Map<String, JsonNode> other) {
        return one.entrySet().stream()
                .allMatch(
                        entry -> Allocation.same(entry.getValue(), other.getOrDefault(entry.getKey(), Json.object())));
    }

    private KubeObject withAllocated(KubeObject pod) {
        KubeObject copy = pod.copy();
        for (PodContainer container : PodContainer.all(copy)) {
            ((ObjectNode) container.json()).set("resources", allocated.get(container.name()));
        }
        return copy;
    }

    /** Whether a running container has not what it was promised. */
    boolean differs(PodContainer container) {
        return !Allocation.same(
                allocated.getOrDefault(container.name(), Json.object()),
                actual.getOrDefault(container.name(), Json.object()));
    }

    /** Whether a container has to be started anew for what it was promised. */
    boolean needsRestart(PodContainer container) {
        for (JsonNode policy : container.json().path("resizePolicy")) {
            String resource = policy.path("resourceName").asText();
            if (policy.path("restartPolicy").asText().equals("RestartContainer") && changes(container, resource)) {
                return true;
            }
        }
        return false;
    }

    private boolean changes(PodContainer container, String resource) {
        JsonNode before = actual.getOrDefault(container.name(), Json.object());
        JsonNode after = allocated.getOrDefault(container.name(), Json.object());
        for (String list : new String[] {"requests", "limits"}) {
            if (!Optional.ofNullable(Allocation.amounts(before, list).get(resource))
                    .equals(Optional.ofNullable(Allocation.amounts(after, list).get(resource)))) {
                return true;
            }
        }
        return false;
    }

    /** A container has been given what it was promised. */
    void given(PodContainer container) {
        actual.put(container.name(), allocated.getOrDefault(container.name(), Json.object()));
        failure = Optional.empty();
    }

    void failed(KubeObject pod, String why) {
        if (!failure.equals(Optional.of(why))) {
            sink.event("Warning", "ResizeError", message("Pod resize error", pod, why));
        }
        failure = Optional.of(why);
    }

    /** Says so when all containers have what they were promised. */
    void tellWhenDone(KubeObject pod) {
        if (resizing && !allocation().inProgress()) {
            resizing = false;
            sink.event("Normal", "ResizeCompleted", message("Pod resize completed", pod, ""));
        }
    }

    private static String message(String what, KubeObject pod, String error) {
        ObjectNode summary = Json.object();
        summaries(summary, "initContainers", pod);
        summaries(summary, "containers", pod);
        summary.put("generation", pod.at("metadata", "generation").asLong());
        if (!error.isEmpty()) {
            summary.put("error", error);
        }
        return what + ": " + summary;
    }

    private static void summaries(ObjectNode summary, String list, KubeObject pod) {
        JsonNode containers = pod.at("spec", list);
        if (containers.isEmpty()) {
            return;
        }
        ArrayNode items = summary.putArray(list);
        for (JsonNode container : containers) {
            ObjectNode item =
                    items.addObject().put("name", container.path("name").asText());
            item.set("resources", container.path("resources").isObject() ? container.path("resources") : Json.object());
        }
    }
}
