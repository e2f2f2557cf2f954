package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Quantity;
import java.util.Map;
import java.util.TreeMap;

/** What a pod as a whole requests or is limited to. */
final class PodAmounts {
    private PodAmounts() {}

    /**
     * The containers together, or the greatest init container where that is more, and the overhead on top.
     *
     * @param spec the pod's
     * @param field {@code requests} or {@code limits}
     */
    static Map<String, Quantity> of(JsonNode spec, String field) {
        Map<String, Quantity> amounts = new TreeMap<>();
        for (JsonNode container : spec.path("containers")) {
            amounts(container, field).forEach((name, amount) -> amounts.merge(name, amount, Quantity::plus));
        }
        for (JsonNode container : spec.path("initContainers")) {
            amounts(container, field).forEach((name, amount) -> amounts.merge(name, amount, PodAmounts::greater));
        }
        spec.path("overhead").properties().forEach(entry -> {
            Quantity overhead = Quantity.parse(entry.getValue().asText());
            if (field.equals("requests") || amounts.containsKey(entry.getKey())) {
                amounts.merge(entry.getKey(), overhead, Quantity::plus);
            }
        });
        return amounts;
    }

    /** The same as a resource list. */
    static ObjectNode json(JsonNode spec, String field) {
        ObjectNode json = Json.object();
        of(spec, field).forEach((name, amount) -> json.put(name, amount.toString()));
        return json;
    }

    private static Map<String, Quantity> amounts(JsonNode container, String field) {
        Map<String, Quantity> amounts = new TreeMap<>();
        container
                .path("resources")
                .path(field)
                .properties()
                .forEach(entry -> amounts.put(
                        entry.getKey(), Quantity.parse(entry.getValue().asText())));
        return amounts;
    }

    private static Quantity greater(Quantity a, Quantity b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
