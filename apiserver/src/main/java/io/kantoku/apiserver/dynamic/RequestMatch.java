package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.registry.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which requests a webhook or policy is about (admissionregistration {@code MatchResources} and {@code RuleWithOperations}).
 *
 * @param rules any of which must fit
 * @param excluded none of which may fit
 * @param equivalent whether a rule for another version of the same resource fits too
 */
record RequestMatch(
        List<Rule> rules, List<Rule> excluded, LabelSelector namespaces, LabelSelector objects, boolean equivalent) {
    private static final String ADMISSION = "admissionregistration.k8s.io";

    /**
     * One rule; {@code "*"} stands for everything.
     *
     * @param names empty for all
     */
    record Rule(
            List<String> operations,
            List<String> groups,
            List<String> versions,
            List<String> resources,
            String scope,
            Set<String> names) {
        static List<Rule> parse(JsonNode list) {
            List<Rule> rules = new ArrayList<>();
            for (JsonNode rule : list) {
                rules.add(new Rule(
                        texts(rule.path("operations")),
                        texts(rule.path("apiGroups")),
                        texts(rule.path("apiVersions")),
                        texts(rule.path("resources")),
                        rule.path("scope").asText("*"),
                        Set.copyOf(texts(rule.path("resourceNames")))));
            }
            return rules;
        }

        boolean fits(AdmissionRequest request, String version) {
            ResourceType type = request.type();
            return (operations.contains("*")
                            || operations.contains(request.operation().name()))
                    && (groups.contains("*") || groups.contains(type.name().group()))
                    && (versions.contains("*") || versions.contains(version))
                    && fitsScope(request)
                    && (names.isEmpty() || names.contains(request.name()))
                    && resources.stream().anyMatch(resource -> fitsResource(resource, request));
        }

        /** A Namespace is of the cluster, though its path has a namespace in it. */
        private boolean fitsScope(AdmissionRequest request) {
            return switch (scope) {
                case "Cluster" -> !request.type().namespaced();
                case "Namespaced" -> request.type().namespaced();
                default -> true;
            };
        }

        private static boolean fitsResource(String pattern, AdmissionRequest request) {
            int slash = pattern.indexOf('/');
            String resource = slash < 0 ? pattern : pattern.substring(0, slash);
            String subresource = slash < 0 ? "" : pattern.substring(slash + 1);
            return (resource.equals("*")
                            || resource.equals(request.type().name().resource()))
                    && (subresource.equals(request.subresource()) || (slash >= 0 && subresource.equals("*")));
        }

        private static List<String> texts(JsonNode list) {
            List<String> texts = new ArrayList<>();
            list.forEach(node -> texts.add(node.asText()));
            return texts;
        }
    }

    /** Of a webhook, whose rules and selectors stand side by side. */
    static RequestMatch ofWebhook(JsonNode webhook) {
        return of(webhook, "rules");
    }

    /** Of a policy's constraints or a binding's resources; absent ones are about everything. */
    static RequestMatch ofResources(JsonNode resources) {
        return of(resources, "resourceRules");
    }

    private static RequestMatch of(JsonNode json, String rules) {
        return new RequestMatch(
                Rule.parse(json.path(rules)),
                Rule.parse(json.path("excludeResourceRules")),
                selector(json.path("namespaceSelector")),
                selector(json.path("objectSelector")),
                !json.path("matchPolicy").asText().equals("Exact"));
    }

    private static LabelSelector selector(JsonNode json) {
        return json.isObject() ? LabelSelector.fromJson(json) : LabelSelector.EVERYTHING;
    }

    /** Whether a request is exempt from all that users define, so that they can always repair their definitions. */
    static boolean exempt(AdmissionRequest request) {
        return request.type().name().group().equals(ADMISSION);
    }

    /**
     * The version in which the object is to be shown, or empty when the request is none of the kind.
     *
     * @param namespaceLabels the labels of the request's namespace
     */
    Optional<String> version(AdmissionRequest request, Supplier<Map<String, String>> namespaceLabels) {
        return bySelectors(request, namespaceLabels) ? byRules(request) : Optional.empty();
    }

    /** Like {@link #version}, where no rule means every resource. */
    Optional<String> versionOrAny(AdmissionRequest request, Supplier<Map<String, String>> namespaceLabels) {
        if (!rules.isEmpty()) {
            return version(request, namespaceLabels);
        }
        boolean out = excluded.stream().anyMatch(rule -> rule.fits(request, request.version()));
        return !out && bySelectors(request, namespaceLabels) ? Optional.of(request.version()) : Optional.empty();
    }

    private Optional<String> byRules(AdmissionRequest request) {
        String asked = request.version();
        if (excluded.stream().anyMatch(rule -> fitsAny(rule, request))) {
            return Optional.empty();
        }
        if (rules.stream().anyMatch(rule -> rule.fits(request, asked))) {
            return Optional.of(asked);
        }
        if (!equivalent) {
            return Optional.empty();
        }
        for (Rule rule : rules) {
            for (String version : request.type().versions()) {
                if (rule.fits(request, version)) {
                    return Optional.of(version);
                }
            }
        }
        return Optional.empty();
    }

    private boolean fitsAny(Rule rule, AdmissionRequest request) {
        return rule.fits(request, request.version())
                || (equivalent && request.type().versions().stream().anyMatch(version -> rule.fits(request, version)));
    }

    private boolean bySelectors(AdmissionRequest request, Supplier<Map<String, String>> namespaceLabels) {
        boolean namespaced = request.type().namespaced();
        boolean isNamespace = request.type().name().toString().equals("namespaces");
        if (!namespaces.equals(LabelSelector.EVERYTHING)) {
            if (isNamespace
                    && !namespaces.matches(labels(request.object() == null ? request.old() : request.object()))) {
                return false;
            }
            if (namespaced && !namespaces.matches(namespaceLabels.get())) {
                return false;
            }
        }
        return objects.equals(LabelSelector.EVERYTHING)
                || (request.object() != null && objects.matches(labels(request.object())))
                || (request.old() != null && objects.matches(labels(request.old())));
    }

    private static Map<String, String> labels(@org.jspecify.annotations.Nullable JsonNode object) {
        Map<String, String> labels = new HashMap<>();
        if (object != null) {
            object.path("metadata")
                    .path("labels")
                    .properties()
                    .forEach(
                            entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        }
        return labels;
    }
}
