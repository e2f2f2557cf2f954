package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The roles and bindings of one logical cluster at one moment, indexed by subject. */
final class RbacSnapshot {
    /**
     * A role in force somewhere for one subject of a binding.
     *
     * @param namespace where it counts, {@code ""} for everywhere
     * @param subject for people, for example {@code Group "dev"}
     * @param rules of the role; empty when it does not exist
     */
    record Grant(
            String namespace,
            String binding,
            String roleKind,
            String roleName,
            String subject,
            Optional<List<PolicyRule>> rules) {
        /** For people, as upstream explains a decision. */
        String describe() {
            String bound = namespace.isEmpty()
                    ? "ClusterRoleBinding \"" + binding + "\""
                    : "RoleBinding \"" + binding + "/" + namespace + "\"";
            return bound + " of " + roleKind + " \"" + roleName + "\" to " + subject;
        }
    }

    private final Map<NamespacedName, List<PolicyRule>> roles = new HashMap<>();
    private final Map<String, List<Grant>> bySubject = new HashMap<>();

    RbacSnapshot(
            List<KubeObject> clusterRoles,
            List<KubeObject> roles,
            List<KubeObject> clusterRoleBindings,
            List<KubeObject> roleBindings) {
        clusterRoles.forEach(this::addRole);
        roles.forEach(this::addRole);
        clusterRoleBindings.forEach(this::addBinding);
        roleBindings.forEach(this::addBinding);
    }

    /** All grants of a user that count in a namespace; the empty namespace gives those of the whole cluster only. */
    List<Grant> grants(UserInfo user, String namespace) {
        List<Grant> grants = new ArrayList<>();
        collect("User:" + user.name(), namespace, grants);
        for (String group : user.groups()) {
            collect("Group:" + group, namespace, grants);
        }
        return grants;
    }

    /** The rules of a role, with the empty namespace of a cluster role; empty when there is none of that name. */
    Optional<List<PolicyRule>> rules(String namespace, String name) {
        return Optional.ofNullable(roles.get(new NamespacedName(namespace, name)));
    }

    private void collect(String subject, String namespace, List<Grant> into) {
        for (Grant grant : bySubject.getOrDefault(subject, List.of())) {
            if (grant.namespace().isEmpty() || grant.namespace().equals(namespace)) {
                into.add(grant);
            }
        }
    }

    private void addRole(KubeObject role) {
        roles.put(role.namespacedName(), PolicyRule.parse(role.at("rules")));
    }

    private void addBinding(KubeObject binding) {
        String kind = binding.text("roleRef", "kind");
        String name = binding.text("roleRef", "name");
        String roleNamespace = kind.equals("Role") ? binding.namespace() : "";
        Optional<List<PolicyRule>> rules = rules(roleNamespace, name);
        for (JsonNode subject : binding.at("subjects")) {
            Grant grant = new Grant(
                    binding.namespace(), binding.name(), kind, name, describe(subject, binding.namespace()), rules);
            bySubject
                    .computeIfAbsent(key(subject, binding.namespace()), any -> new ArrayList<>())
                    .add(grant);
        }
    }

    private static String describe(JsonNode subject, String bindingNamespace) {
        String kind = subject.path("kind").asText();
        String name = subject.path("name").asText();
        return kind.equals("ServiceAccount")
                ? kind + " \"" + name + "/" + subject.path("namespace").asText(bindingNamespace) + "\""
                : kind + " \"" + name + "\"";
    }

    private static String key(JsonNode subject, String bindingNamespace) {
        String kind = subject.path("kind").asText();
        String name = subject.path("name").asText();
        if (kind.equals("ServiceAccount")) {
            String namespace = subject.path("namespace").asText(bindingNamespace);
            return "User:system:serviceaccount:" + namespace + ":" + name;
        }
        return kind + ":" + name;
    }
}
