package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be wrong with a {@code ResourceQuota}: the resources that it counts, and the scopes that it is about. */
final class QuotaChecks {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private static final Set<String> PODS = Set.of("pods");

    /** What pods use; together with their number all that scopes of pods can bound. */
    private static final Set<String> COMPUTE =
            Set.of("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory");

    private static final Set<String> CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");

    private static final Set<String> OTHERS = Set.of(
            "ephemeral-storage",
            "requests.ephemeral-storage",
            "limits.ephemeral-storage",
            "services",
            "services.nodeports",
            "services.loadbalancers",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps");

    /** Which of the standard resources each scope can bound. */
    private static final Map<String, List<Set<String>>> SCOPES = Map.of(
            "Terminating", List.of(PODS, COMPUTE),
            "NotTerminating", List.of(PODS, COMPUTE),
            "BestEffort", List.of(PODS),
            "NotBestEffort", List.of(PODS, COMPUTE),
            "PriorityClass", List.of(PODS, COMPUTE),
            "CrossNamespacePodAffinity", List.of(PODS, COMPUTE),
            "VolumeAttributesClass", List.of(CLAIMS));

    private static final List<Set<String>> CONFLICTS =
            List.of(Set.of("BestEffort", "NotBestEffort"), Set.of("Terminating", "NotTerminating"));

    private QuotaChecks() {}

    static void check(ObjectNode quota, Problems problems) {
        JsonNode hard = Tree.at(quota, "spec", "hard");
        FieldPath at = SPEC.child("hard");
        hard.properties().forEach(entry -> resource(entry.getKey(), at.key(entry.getKey()), problems));
        ResourceChecks.quantities(hard, at, problems);
        scopes(Tree.at(quota, "spec", "scopes"), hard, problems);
        selector(Tree.at(quota, "spec", "scopeSelector"), hard, problems);
    }

    private static void resource(String name, FieldPath path, Problems problems) {
        problems.form(path, name, Names::qualifiedName);
        if (!name.contains("/") && !standard(name)) {
            problems.invalid(path, name, "must be a standard resource type or fully qualified");
            problems.invalid(path, name, "must be a standard resource for quota");
        }
    }

    private static boolean standard(String name) {
        return PODS.contains(name)
                || COMPUTE.contains(name)
                || CLAIMS.contains(name)
                || OTHERS.contains(name)
                || name.startsWith("hugepages-")
                || name.startsWith("requests.hugepages-");
    }

    private static boolean bounds(String scope, String resource) {
        return !standard(resource)
                || SCOPES.getOrDefault(scope, List.of()).stream().anyMatch(resources -> resources.contains(resource));
    }

    private static void scopes(JsonNode scopes, JsonNode hard, Problems problems) {
        FieldPath path = SPEC.child("scopes");
        Set<String> all = new HashSet<>();
        for (JsonNode scope : scopes) {
            all.add(scope.asText());
            if (!SCOPES.containsKey(scope.asText())) {
                problems.invalid(path, scopes, "unsupported scope");
            }
            applied(scope.asText(), hard, path, scopes, problems);
        }
        CONFLICTS.stream()
                .filter(all::containsAll)
                .forEach(conflict -> problems.invalid(path, scopes, "conflicting scopes"));
    }

    private static void applied(String scope, JsonNode hard, FieldPath path, JsonNode shown, Problems problems) {
        hard.properties().stream()
                .filter(entry -> !bounds(scope, entry.getKey()))
                .forEach(entry -> problems.invalid(path, shown, "unsupported scope applied to resource"));
    }

    private static void selector(JsonNode selector, JsonNode hard, Problems problems) {
        FieldPath path = SPEC.child("scopeSelector").child("matchExpressions");
        for (JsonNode expression : selector.path("matchExpressions")) {
            String scope = expression.path("scopeName").asText();
            if (!SCOPES.containsKey(scope)) {
                problems.invalid(path.child("scopeName"), scope, "unsupported scope");
            }
            applied(scope, hard, path, selector, problems);
            String operator = expression.path("operator").asText();
            boolean takesValues =
                    Set.of("PriorityClass", "VolumeAttributesClass").contains(scope);
            if (SCOPES.containsKey(scope) && !takesValues && !operator.equals("Exists")) {
                problems.invalid(
                        path.child("operator"),
                        operator,
                        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                                + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                                + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            }
            operator(expression, operator, path, problems);
        }
    }

    private static void operator(JsonNode expression, String operator, FieldPath path, Problems problems) {
        JsonNode values = expression.path("values");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    problems.required(
                            path.child("values"),
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    problems.invalid(
                            path.child("values"),
                            values,
                            "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector");
                }
            }
            default -> problems.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
    }
}
