package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Amounts of resources: CPU in thousandths, all others in whole units.
 *
 * @param by resource name; absent means none
 */
public record Amounts(Map<String, Long> by) {
    public static final Amounts NONE = new Amounts(Map.of());

    public Amounts {
        by = Map.copyOf(by);
    }

    public long get(String resource) {
        return by.getOrDefault(resource, 0L);
    }

    public Amounts plus(Amounts other) {
        Map<String, Long> sum = new HashMap<>(by);
        other.by.forEach((resource, amount) -> sum.merge(resource, amount, Long::sum));
        return new Amounts(sum);
    }

    public Amounts minus(Amounts other) {
        Map<String, Long> rest = new HashMap<>(by);
        other.by.forEach((resource, amount) -> rest.merge(resource, -amount, Long::sum));
        return new Amounts(rest);
    }

    public Amounts max(Amounts other) {
        Map<String, Long> most = new HashMap<>(by);
        other.by.forEach((resource, amount) -> most.merge(resource, amount, Math::max));
        return new Amounts(most);
    }

    /** Reads a {@code ResourceList}. */
    public static Amounts of(JsonNode list) {
        Map<String, Long> amounts = new HashMap<>();
        list.properties().forEach(entry -> {
            Quantity quantity = Quantity.parse(entry.getValue().asText());
            amounts.put(entry.getKey(), entry.getKey().equals("cpu") ? quantity.toMilli() : quantity.toLong());
        });
        return new Amounts(amounts);
    }

    /**
     * What a pod requests: its containers together, or what its initialisation needs at one time if that is more, and its
     * overhead. Init containers with {@code restartPolicy: Always} (KEP-753) run beside all that come after them. What the pod as a
     * whole requests (KEP-2837) takes the place of what its containers do.
     */
    public static Amounts requestedBy(KubeObject pod) {
        return sum(pod, container -> of(container.path("resources").path("requests")));
    }

    /**
     * What a pod has been promised by its node, which differs from what it requests while a resize waits (KEP-1287).
     */
    public static Amounts promisedTo(KubeObject pod) {
        return sum(pod, container -> promised(pod, container));
    }

    /**
     * What a pod takes of its node: while a resize waits the greater of what it requests and what it was promised, and of one that the
     * node can never grant only what was promised.
     */
    public static Amounts heldBy(KubeObject pod) {
        Amounts promised = promisedTo(pod);
        boolean infeasible = Conditions.find(pod, "PodResizePending")
                .filter(pending -> pending.reason().equals("Infeasible"))
                .isPresent();
        return infeasible ? promised : promised.max(requestedBy(pod));
    }

    private static Amounts promised(KubeObject pod, JsonNode container) {
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonNode status : pod.at("status", list)) {
                if (status.path("name").equals(container.path("name"))
                        && status.path("allocatedResources").isObject()) {
                    return of(status.path("allocatedResources"));
                }
            }
        }
        return of(container.path("resources").path("requests"));
    }

    private static Amounts sum(KubeObject pod, Function<JsonNode, Amounts> of) {
        Amounts sidecars = NONE;
        Amounts most = NONE;
        for (JsonNode container : pod.at("spec", "initContainers")) {
            Amounts requests = of.apply(container);
            if (container.path("restartPolicy").asText().equals("Always")) {
                sidecars = sidecars.plus(requests);
                most = most.max(sidecars);
            } else {
                most = most.max(sidecars.plus(requests));
            }
        }
        Amounts running = sidecars;
        for (JsonNode container : pod.at("spec", "containers")) {
            running = running.plus(of.apply(container));
        }
        Map<String, Long> requests = new HashMap<>(running.max(most).by);
        requests.putAll(of(pod.at("spec", "resources", "requests")).by);
        return new Amounts(requests).plus(of(pod.at("spec", "overhead")));
    }
}
