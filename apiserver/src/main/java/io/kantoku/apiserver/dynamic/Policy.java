package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What validating and mutating policies have in common.
 *
 * @param parameterKind the kind of the policy's parameters, empty when it has none
 * @param parameterVersion the version in which it wants to see them
 * @param variables expressions by name, each may use the ones before it
 */
record Policy(
        String name,
        RequestMatch match,
        MatchConditions conditions,
        boolean ignoresFailure,
        Optional<GroupKind> parameterKind,
        String parameterVersion,
        Map<String, String> variables,
        JsonNode spec) {
    static List<Policy> all(List<KubeObject> policies) {
        return policies.stream().map(Policy::parse).toList();
    }

    private static Policy parse(KubeObject policy) {
        JsonNode spec = policy.at("spec");
        JsonNode kind = spec.path("paramKind");
        GroupVersion version = GroupVersion.parse(kind.path("apiVersion").asText("v1"));
        Map<String, String> variables = new LinkedHashMap<>();
        spec.path("variables")
                .forEach(variable -> variables.put(
                        variable.path("name").asText(),
                        variable.path("expression").asText()));
        return new Policy(
                policy.name(),
                RequestMatch.ofResources(spec.path("matchConstraints")),
                MatchConditions.parse(spec.path("matchConditions")),
                spec.path("failurePolicy").asText().equals("Ignore"),
                kind.isObject()
                        ? Optional.of(
                                new GroupKind(version.group(), kind.path("kind").asText()))
                        : Optional.empty(),
                version.version(),
                variables,
                spec);
    }

    /**
     * Puts a policy in force.
     *
     * @param actions what a failed validation leads to: {@code Deny}, {@code Warn}, {@code Audit}
     */
    record Binding(String name, String policy, JsonNode parameters, RequestMatch match, List<String> actions) {
        static List<Binding> all(List<KubeObject> bindings) {
            return bindings.stream().map(Binding::parse).toList();
        }

        private static Binding parse(KubeObject binding) {
            List<String> actions = new ArrayList<>();
            binding.at("spec", "validationActions").forEach(action -> actions.add(action.asText()));
            return new Binding(
                    binding.name(),
                    binding.text("spec", "policyName"),
                    binding.at("spec", "paramRef"),
                    RequestMatch.ofResources(binding.at("spec", "matchResources")),
                    actions);
        }
    }
}
