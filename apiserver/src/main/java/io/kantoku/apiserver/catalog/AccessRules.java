package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.util.List;

/** Rules of RBAC and of certificate signing requests. */
final class AccessRules {
    static final Rules ROLES =
            Rules.of().createdByUpdates().check((role, problems) -> policyRules(role, true, problems));

    static final Rules CLUSTER_ROLES =
            Rules.of().createdByUpdates().check((role, problems) -> policyRules(role, false, problems));

    static final Rules ROLE_BINDINGS = bindings(List.of("Role", "ClusterRole"));
    static final Rules CLUSTER_ROLE_BINDINGS = bindings(List.of("ClusterRole"));

    static final Rules SIGNING_REQUESTS = Rules.of()
            .conversions((object, version) -> object, LegacyVersions::signingRequestToStored)
            .onCreate(request -> request.remove("status"))
            .onUpdate((request, old) -> Tree.carry(old, request, "spec"))
            .check(AccessRules::checkSigningRequest);

    private static final String GROUP = "rbac.authorization.k8s.io";

    private AccessRules() {}

    private static Rules bindings(List<String> roleKinds) {
        return Rules.of()
                .createdByUpdates()
                .defaults(AccessRules::bindingDefaults)
                .check((binding, problems) -> checkBinding(binding, roleKinds, problems))
                .checkUpdate((binding, old, problems) -> {
                    if (!Tree.same(binding.path("roleRef"), old.path("roleRef"))) {
                        problems.invalid(FieldPath.of("roleRef"), binding.path("roleRef"), "cannot change roleRef");
                    }
                });
    }

    private static void bindingDefaults(ObjectNode binding) {
        if (binding.get("roleRef") instanceof ObjectNode role) {
            Tree.defaultText(role, "apiGroup", GROUP);
        }
        for (ObjectNode subject : Tree.objects(binding, "subjects")) {
            if (!Tree.text(subject, "kind").equals("ServiceAccount")) {
                Tree.defaultText(subject, "apiGroup", GROUP);
            }
        }
    }

    private static void policyRules(ObjectNode role, boolean namespaced, Problems problems) {
        List<ObjectNode> rules = Tree.objects(role, "rules");
        for (int i = 0; i < rules.size(); i++) {
            ObjectNode rule = rules.get(i);
            FieldPath at = FieldPath.of("rules").index(i);
            if (Tree.at(rule, "verbs").isEmpty()) {
                problems.required(at.child("verbs"), "verbs must contain at least one value");
            }
            boolean resources = !Tree.at(rule, "apiGroups").isEmpty()
                    || !Tree.at(rule, "resources").isEmpty()
                    || !Tree.at(rule, "resourceNames").isEmpty();
            if (!Tree.at(rule, "nonResourceURLs").isEmpty()) {
                if (namespaced) {
                    problems.invalid(
                            at.child("nonResourceURLs"),
                            rule.path("nonResourceURLs"),
                            "namespaced rules cannot apply to non-resource URLs");
                }
                if (resources) {
                    problems.invalid(
                            at.child("nonResourceURLs"),
                            rule.path("nonResourceURLs"),
                            "rules cannot apply to both regular resources and non-resource URLs");
                }
                continue;
            }
            if (Tree.at(rule, "apiGroups").isEmpty()) {
                problems.required(at.child("apiGroups"), "resource rules must supply at least one api group");
            }
            if (Tree.at(rule, "resources").isEmpty()) {
                problems.required(at.child("resources"), "resource rules must supply at least one resource");
            }
        }
    }

    private static void checkBinding(ObjectNode binding, List<String> roleKinds, Problems problems) {
        ObjectNode role = Tree.object(binding, "roleRef");
        FieldPath path = FieldPath.of("roleRef");
        problems.oneOf(role, path, "apiGroup", List.of(GROUP));
        problems.requiredOneOf(role, path, "kind", roleKinds);
        problems.requiredForm(role, path, "name", Names::pathSegment);
        List<ObjectNode> subjects = Tree.objects(binding, "subjects");
        for (int i = 0; i < subjects.size(); i++) {
            ObjectNode subject = subjects.get(i);
            FieldPath at = FieldPath.of("subjects").index(i);
            problems.requiredText(subject, at, "name");
            switch (Tree.text(subject, "kind")) {
                case "ServiceAccount" -> {
                    String name = Tree.text(subject, "name");
                    if (!name.isEmpty()) {
                        problems.form(at.child("name"), name, Names::dns1123Subdomain);
                    }
                    problems.oneOf(subject, at, "apiGroup", List.of(""));
                    problems.requiredText(subject, at, "namespace");
                }
                case "User", "Group" -> problems.oneOf(subject, at, "apiGroup", List.of(GROUP));
                default -> problems.requiredOneOf(subject, at, "kind", List.of("ServiceAccount", "User", "Group"));
            }
        }
    }

    private static void checkSigningRequest(ObjectNode request, Problems problems) {
        ObjectNode spec = Tree.object(request, "spec");
        FieldPath path = FieldPath.of("spec");
        problems.requiredText(spec, path, "request");
        String signer = Tree.text(spec, "signerName");
        if (signer.isEmpty()) {
            problems.required(path.child("signerName"));
        } else if (signer.indexOf('/') <= 0) {
            problems.invalid(
                    path.child("signerName"),
                    signer,
                    "must be a fully qualified domain and path of the form 'example.com/signer-name'");
        }
        if (Tree.at(spec, "usages").isEmpty()) {
            problems.required(path.child("usages"));
        }
        if (Tree.has(spec, "expirationSeconds") && Tree.number(spec, "expirationSeconds") < 600) {
            problems.invalid(
                    path.child("expirationSeconds"),
                    spec.path("expirationSeconds"),
                    "may not specify a duration less than 600 seconds (10 minutes)");
        }
    }
}
