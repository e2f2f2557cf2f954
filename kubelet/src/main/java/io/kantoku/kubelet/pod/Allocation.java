package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The resources of a pod's containers as its node sees them, which differ from the specification while a resize is under way
 * (KEP-1287). All are {@code ResourceRequirements} by container name.
 *
 * @param allocated what the node has promised
 * @param actual what the running containers have
 * @param pending why the node has not taken over what the specification asks for; empty when it has
 * @param failure why the containers could not be given what was promised, for now
 */
record Allocation(
        Map<String, JsonNode> allocated,
        Map<String, JsonNode> actual,
        Optional<Pending> pending,
        Optional<String> failure) {

    /**
     * A resize that the node has not accepted.
     *
     * @param reason {@code Infeasible}: never on this node; {@code Deferred}: not now
     */
    record Pending(String reason, String message) {}

    Allocation {
        allocated = Map.copyOf(allocated);
        actual = Map.copyOf(actual);
    }

    /** What the specification says, granted and in effect. */
    static Allocation of(KubeObject pod) {
        Map<String, JsonNode> resources = specified(pod);
        return new Allocation(resources, resources, Optional.empty(), Optional.empty());
    }

    static Map<String, JsonNode> specified(KubeObject pod) {
        Map<String, JsonNode> resources = new LinkedHashMap<>();
        for (PodContainer container : PodContainer.all(pod)) {
            JsonNode own = container.json().path("resources");
            resources.put(container.name(), own.isObject() ? own : Json.object());
        }
        return resources;
    }

    JsonNode allocated(PodContainer container) {
        return allocated.getOrDefault(container.name(), container.json().path("resources"));
    }

    JsonNode actual(PodContainer container) {
        return actual.getOrDefault(container.name(), allocated(container));
    }

    /** Whether containers have yet to be given what was promised. */
    boolean inProgress() {
        return allocated.entrySet().stream()
                .anyMatch(entry -> !same(entry.getValue(), actual.getOrDefault(entry.getKey(), entry.getValue())));
    }

    /** Whether two say the same, however it is written. */
    static boolean same(JsonNode one, JsonNode other) {
        return amounts(one, "requests").equals(amounts(other, "requests"))
                && amounts(one, "limits").equals(amounts(other, "limits"));
    }

    static Map<String, Quantity> amounts(JsonNode resources, String list) {
        Map<String, Quantity> amounts = new TreeMap<>();
        resources
                .path(list)
                .properties()
                .forEach(entry -> amounts.put(
                        entry.getKey(), Quantity.parse(entry.getValue().asText())));
        return amounts;
    }
}
