package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One rule of a role ({@code rbac.authorization.k8s.io/v1 PolicyRule}). Empty lists match nothing, but for {@code
 * resourceNames}, where empty means every name.
 */
record PolicyRule(
        List<String> verbs, List<String> groups, List<String> resources, List<String> names, List<String> urls) {
    /** What {@code cluster-admin} may do. */
    static final List<PolicyRule> EVERYTHING = List.of(
            new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
            new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

    PolicyRule {
        verbs = List.copyOf(verbs);
        groups = List.copyOf(groups);
        resources = List.copyOf(resources);
        names = List.copyOf(names);
        urls = List.copyOf(urls);
    }

    /** The rules that every cluster begins with: one object each for all clusters. */
    private static final class Known {
        static final Map<PolicyRule, PolicyRule> RULES = new HashMap<>();

        static {
            BootstrapPolicy.objects(KubernetesRelease.NEWEST_MINOR)
                    .forEach(object -> object.at("rules").forEach(rule -> {
                        PolicyRule read = read(rule);
                        RULES.putIfAbsent(read, read);
                    }));
        }
    }

    static List<PolicyRule> parse(JsonNode rules) {
        List<PolicyRule> parsed = new ArrayList<>();
        for (JsonNode rule : rules) {
            PolicyRule read = read(rule);
            parsed.add(Known.RULES.getOrDefault(read, read));
        }
        return parsed;
    }

    private static PolicyRule read(JsonNode rule) {
        return new PolicyRule(
                texts(rule.path("verbs")),
                texts(rule.path("apiGroups")),
                texts(rule.path("resources")),
                texts(rule.path("resourceNames")),
                texts(rule.path("nonResourceURLs")));
    }

    boolean allows(RequestInfo request) {
        if (!matches(verbs, request.verb())) {
            return false;
        }
        if (!request.resourceRequest()) {
            return urls.stream().anyMatch(url -> urlMatches(url, request.path()));
        }
        return matches(groups, request.group())
                && resourceMatches(request.resource(), request.subresource())
                && (names.isEmpty() || names.contains(request.name()));
    }

    /** Whether everything that {@code wanted}, a rule with one value in each list, allows is allowed by this rule. */
    boolean covers(PolicyRule wanted) {
        if (!all(wanted.verbs, verbs)) {
            return false;
        }
        if (!wanted.urls.isEmpty()) {
            return wanted.urls.stream().allMatch(url -> urls.stream().anyMatch(own -> urlMatches(own, url)));
        }
        return all(wanted.groups, groups)
                && wanted.resources.stream().allMatch(this::resourceCovered)
                && (names.isEmpty() || (!wanted.names.isEmpty() && names.containsAll(wanted.names)));
    }

    /** This rule as rules with one verb, group, resource, name or URL each. */
    List<PolicyRule> split() {
        List<PolicyRule> parts = new ArrayList<>();
        for (String verb : verbs) {
            for (String url : urls) {
                parts.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
            }
            for (String group : groups) {
                for (String resource : resources) {
                    if (names.isEmpty()) {
                        parts.add(
                                new PolicyRule(List.of(verb), List.of(group), List.of(resource), List.of(), List.of()));
                    }
                    for (String name : names) {
                        parts.add(new PolicyRule(
                                List.of(verb), List.of(group), List.of(resource), List.of(name), List.of()));
                    }
                }
            }
        }
        return parts;
    }

    /** Split rules that differ in their verb only, put together. */
    static List<PolicyRule> compact(List<PolicyRule> split) {
        Map<PolicyRule, List<String>> verbs = new LinkedHashMap<>();
        for (PolicyRule rule : split) {
            PolicyRule object = new PolicyRule(List.of(), rule.groups, rule.resources, rule.names, rule.urls);
            verbs.computeIfAbsent(object, any -> new ArrayList<>()).addAll(rule.verbs);
        }
        List<PolicyRule> compact = new ArrayList<>();
        verbs.forEach((rule, together) ->
                compact.add(new PolicyRule(together, rule.groups, rule.resources, rule.names, rule.urls)));
        return compact;
    }

    /** The rule as messages about privilege escalation show it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        if (!urls.isEmpty()) {
            text.append("NonResourceURLs:").append(quoted(urls));
        } else {
            text.append("APIGroups:")
                    .append(quoted(groups))
                    .append(", Resources:")
                    .append(quoted(resources));
            if (!names.isEmpty()) {
                text.append(", ResourceNames:").append(quoted(names));
            }
        }
        return text.append(", Verbs:").append(quoted(verbs)).append('}').toString();
    }

    static String quoted(List<String> values) {
        return "[\"" + String.join("\" \"", values) + "\"]";
    }

    private boolean resourceMatches(String resource, String subresource) {
        if (subresource.isEmpty()) {
            return matches(resources, resource);
        }
        return resources.contains("*")
                || resources.contains(resource + "/" + subresource)
                || resources.contains("*/" + subresource);
    }

    private boolean resourceCovered(String wanted) {
        int slash = wanted.indexOf('/');
        return resources.contains(wanted)
                || resources.contains("*")
                || (slash > 0 && resources.contains("*" + wanted.substring(slash)));
    }

    private static boolean matches(List<String> allowed, String value) {
        return allowed.contains("*") || allowed.contains(value);
    }

    private static boolean all(List<String> wanted, List<String> allowed) {
        return allowed.contains("*") || allowed.containsAll(wanted);
    }

    private static boolean urlMatches(String pattern, String path) {
        return pattern.equals("*")
                || pattern.equals(path)
                || (pattern.endsWith("*") && path.startsWith(pattern.substring(0, pattern.length() - 1)));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }
}
