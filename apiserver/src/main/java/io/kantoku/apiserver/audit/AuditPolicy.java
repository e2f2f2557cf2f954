package io.kantoku.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests are audited, and how much of them ({@code audit.k8s.io/v1 Policy}): the first rule that matches decides; what no rule matches
 * is not audited.
 */
public final class AuditPolicy {
    private static final Set<String> VERSIONS =
            Set.of("audit.k8s.io/v1", "audit.k8s.io/v1beta1", "audit.k8s.io/v1alpha1");

    private final List<Rule> rules;
    private final Set<String> omitStages;
    private final boolean omitManagedFields;

    /** How much of a request is kept. */
    enum Level {
        NONE("None"),
        METADATA("Metadata"),
        REQUEST("Request"),
        REQUEST_RESPONSE("RequestResponse");

        private final String name;

        Level(String name) {
            this.name = name;
        }

        String text() {
            return name;
        }

        static Level of(String name) {
            for (Level level : values()) {
                if (level.name.equals(name)) {
                    return level;
                }
            }
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no level of an audit policy: None, Metadata, Request and RequestResponse are");
        }

        boolean atLeast(Level other) {
            return compareTo(other) >= 0;
        }
    }

    /** What is to be done with a request. */
    record Verdict(Level level, Set<String> omitStages, boolean omitManagedFields) {}

    /** Resources of a group; an empty list of resources is all of them. */
    private record Group(String group, List<String> resources, List<String> names) {
        boolean matches(RequestInfo request) {
            if (!group.equals(request.group()) || (!names.isEmpty() && !names.contains(request.name()))) {
                return false;
            }
            String combined = request.subresource().isEmpty()
                    ? request.resource()
                    : request.resource() + "/" + request.subresource();
            return resources.isEmpty()
                    || resources.stream()
                            .anyMatch(resource -> resource.equals("*")
                                    || resource.equals(combined)
                                    || (!request.subresource().isEmpty()
                                            && (resource.equals("*/" + request.subresource())
                                                    || resource.equals(request.resource() + "/*"))));
        }
    }

    private record Rule(
            Verdict verdict,
            List<String> users,
            List<String> groups,
            List<String> verbs,
            List<Group> resources,
            List<String> namespaces,
            List<String> urls) {
        boolean matches(UserInfo user, RequestInfo request) {
            if ((!users.isEmpty() && !users.contains(user.name()))
                    || (!groups.isEmpty() && groups.stream().noneMatch(user::inGroup))
                    || (!verbs.isEmpty() && !verbs.contains(request.verb()))) {
                return false;
            }
            if (resources.isEmpty() && namespaces.isEmpty()) {
                return urls.isEmpty()
                        || (!request.resourceRequest()
                                && urls.stream()
                                        .anyMatch(url -> url.endsWith("*")
                                                ? request.path().startsWith(url.substring(0, url.length() - 1))
                                                : url.equals(request.path())));
            }
            return request.resourceRequest()
                    && (namespaces.isEmpty() || namespaces.contains(request.namespace()))
                    && (resources.isEmpty() || resources.stream().anyMatch(each -> each.matches(request)));
        }
    }

    private AuditPolicy(List<Rule> rules, Set<String> omitStages, boolean omitManagedFields) {
        this.rules = rules;
        this.omitStages = omitStages;
        this.omitManagedFields = omitManagedFields;
    }

    /** Metadata of every request, when it has been answered. */
    public static AuditPolicy standard() {
        return parse(
                "{apiVersion: audit.k8s.io/v1, kind: Policy, omitStages: [RequestReceived], rules: [{level: Metadata}]}");
    }

    /**
     * Reads a policy.
     *
     * @throws IllegalArgumentException when it is none, with what is wrong
     */
    public static AuditPolicy parse(String yaml) {
        JsonNode policy = Yaml.parse(yaml);
        if (!policy.path("kind").asText().equals("Policy")
                || !VERSIONS.contains(policy.path("apiVersion").asText())) {
            throw new IllegalArgumentException("an audit policy is of kind Policy and apiVersion audit.k8s.io/v1, not "
                    + policy.path("kind") + " of " + policy.path("apiVersion"));
        }
        if (policy.path("rules").isEmpty()) {
            throw new IllegalArgumentException("an audit policy without rules audits nothing: name at least one");
        }
        Set<String> omitStages = new HashSet<>(texts(policy, "omitStages"));
        boolean omitManaged = policy.path("omitManagedFields").asBoolean();
        return new AuditPolicy(
                policy.path("rules")
                        .valueStream()
                        .map(rule -> rule(rule, omitStages, omitManaged))
                        .toList(),
                omitStages,
                omitManaged);
    }

    private static Rule rule(JsonNode rule, Set<String> omitStages, boolean omitManaged) {
        Set<String> stages = new HashSet<>(omitStages);
        stages.addAll(texts(rule, "omitStages"));
        return new Rule(
                new Verdict(
                        Level.of(rule.path("level").asText()),
                        stages,
                        rule.path("omitManagedFields").asBoolean(omitManaged)),
                texts(rule, "users"),
                texts(rule, "userGroups"),
                texts(rule, "verbs"),
                rule.path("resources")
                        .valueStream()
                        .map(each -> new Group(
                                each.path("group").asText(), texts(each, "resources"), texts(each, "resourceNames")))
                        .toList(),
                texts(rule, "namespaces"),
                texts(rule, "nonResourceURLs"));
    }

    private static List<String> texts(JsonNode node, String list) {
        return node.path(list).valueStream().map(JsonNode::asText).toList();
    }

    Verdict verdict(UserInfo user, RequestInfo request) {
        Optional<Rule> first =
                rules.stream().filter(rule -> rule.matches(user, request)).findFirst();
        return first.map(Rule::verdict).orElse(new Verdict(Level.NONE, omitStages, omitManagedFields));
    }
}
