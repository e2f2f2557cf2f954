package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import io.kantoku.apimachinery.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be wrong with amounts of resources. */
final class ResourceChecks {
    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> OVERCOMMITTED = STANDARD;

    private ResourceChecks() {}

    /** The {@code limits} and {@code requests} of a container. */
    static void requirements(JsonNode resources, FieldPath path, Problems problems) {
        Map<String, Quantity> limits = amounts(resources.path("limits"), path.child("limits"), problems);
        Map<String, Quantity> requests = amounts(resources.path("requests"), path.child("requests"), problems);
        requests.forEach((name, request) -> {
            Quantity limit = limits.get(name);
            if (limit != null && request.compareTo(limit) > 0) {
                problems.invalid(
                        path.child("requests"),
                        request.toString(),
                        "must be less than or equal to " + name + " limit of " + limit);
            } else if (limit == null && !OVERCOMMITTED.contains(name)) {
                problems.required(path.child("limits"), "Limit must be set for non overcommitable resources");
            }
        });
    }

    /** A map of resource names to quantities that are not negative. */
    static Map<String, Quantity> amounts(JsonNode list, FieldPath path, Problems problems) {
        Map<String, Quantity> amounts = new HashMap<>();
        list.properties().forEach(entry -> {
            String name = entry.getKey();
            FieldPath at = path.key(name);
            resourceName(name, path, problems);
            problems.quantity(at, entry.getValue()).ifPresent(quantity -> {
                amounts.put(name, quantity);
                if (quantity.value().signum() < 0) {
                    problems.invalid(at, quantity.toString(), "must be greater than or equal to 0");
                }
            });
        });
        return amounts;
    }

    private static void resourceName(String name, FieldPath path, Problems problems) {
        List<String> faults = Names.qualifiedName(name);
        faults.forEach(fault -> problems.invalid(path, name, fault));
        if (faults.isEmpty() && !name.contains("/") && !STANDARD.contains(name) && !name.startsWith("hugepages-")) {
            problems.invalid(path, name, "must be a standard resource type or fully qualified");
            problems.invalid(path, name, "must be a standard resource for containers");
        }
    }

    /** Quantities whose names are free: quotas, capacities. */
    static void quantities(JsonNode list, FieldPath path, Problems problems) {
        list.properties()
                .forEach(entry -> problems.quantity(path.key(entry.getKey()), entry.getValue())
                        .filter(quantity -> quantity.value().signum() < 0)
                        .ifPresent(quantity -> problems.invalid(
                                path.key(entry.getKey()), quantity.toString(), "must be greater than or equal to 0")));
    }
}
