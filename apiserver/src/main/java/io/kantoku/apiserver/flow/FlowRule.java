package io.kantoku.apiserver.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import java.util.List;
import java.util.Locale;

/** One rule of a FlowSchema ({@code flowcontrol.apiserver.k8s.io/v1 PolicyRulesWithSubjects}): whom and what it is about. */
record FlowRule(List<Subject> subjects, List<Resources> resources, List<Urls> urls) {
    private static final String ALL = "*";
    private static final String ACCOUNT = "system:serviceaccount:";

    FlowRule {
        subjects = List.copyOf(subjects);
        resources = List.copyOf(resources);
        urls = List.copyOf(urls);
    }

    /**
     * Somebody.
     *
     * @param kind {@code User}, {@code Group} or {@code ServiceAccount}
     * @param namespace of an account
     * @param name {@code *} for all of the kind
     */
    record Subject(String kind, String namespace, String name) {
        boolean matches(UserInfo user) {
            return switch (kind) {
                case "User" -> name.equals(ALL) || name.equals(user.name());
                case "Group" -> name.equals(ALL) || user.inGroup(name);
                case "ServiceAccount" ->
                    name.equals(ALL)
                            ? user.name().startsWith(ACCOUNT + namespace + ":")
                            : user.name().equals(ACCOUNT + namespace + ":" + name);
                default -> false;
            };
        }
    }

    /** Requests for resources. */
    record Resources(
            List<String> verbs,
            List<String> groups,
            List<String> resources,
            List<String> namespaces,
            boolean clusterScope) {
        boolean matches(RequestInfo request) {
            String resource = request.subresource().isEmpty()
                    ? request.resource()
                    : request.resource() + "/" + request.subresource();
            boolean place = request.namespace().isEmpty() ? clusterScope : has(namespaces, request.namespace());
            return has(verbs, request.verb()) && has(groups, request.group()) && has(resources, resource) && place;
        }
    }

    /** Requests for anything else. */
    record Urls(List<String> verbs, List<String> paths) {
        boolean matches(RequestInfo request) {
            return has(verbs, request.verb())
                    && paths.stream().anyMatch(path -> path.equals(ALL) || matches(path, request.path()));
        }

        private static boolean matches(String path, String asked) {
            return path.endsWith("/*") ? asked.startsWith(path.substring(0, path.length() - 1)) : path.equals(asked);
        }
    }

    static List<FlowRule> parse(JsonNode rules) {
        return rules.valueStream().map(FlowRule::one).toList();
    }

    private static FlowRule one(JsonNode rule) {
        return new FlowRule(
                rule.path("subjects").valueStream().map(FlowRule::subject).toList(),
                rule.path("resourceRules")
                        .valueStream()
                        .map(each -> new Resources(
                                texts(each.path("verbs")),
                                texts(each.path("apiGroups")),
                                texts(each.path("resources")),
                                texts(each.path("namespaces")),
                                each.path("clusterScope").asBoolean()))
                        .toList(),
                rule.path("nonResourceRules")
                        .valueStream()
                        .map(each -> new Urls(texts(each.path("verbs")), texts(each.path("nonResourceURLs"))))
                        .toList());
    }

    private static Subject subject(JsonNode subject) {
        String kind = subject.path("kind").asText();
        JsonNode who = subject.path(kind.equals("ServiceAccount") ? "serviceAccount" : kind.toLowerCase(Locale.ROOT));
        return new Subject(
                kind, who.path("namespace").asText(), who.path("name").asText());
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }

    private static boolean has(List<String> list, String value) {
        return list.contains(ALL) || list.contains(value);
    }

    boolean matches(UserInfo user, RequestInfo request) {
        return subjects.stream().anyMatch(subject -> subject.matches(user))
                && (request.resourceRequest()
                        ? resources.stream().anyMatch(each -> each.matches(request))
                        : urls.stream().anyMatch(each -> each.matches(request)));
    }
}
