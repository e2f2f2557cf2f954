package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The roles and bindings that every logical cluster begins with. */
public final class BootstrapPolicy {
    private static final String RESOURCE = "bootstrap-policy.yaml";
    private static final String DEFAULTS_LABEL = "kubernetes.io/bootstrapping";
    private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private BootstrapPolicy() {}

    /**
     * New objects to create, roles before their bindings; aggregated roles already hold the rules that they collect.
     *
     * @param minor of the Kubernetes release, for example 32
     */
    public static List<KubeObject> objects(int minor) {
        JsonNode policy = read();
        List<KubeObject> objects = new ArrayList<>();
        for (JsonNode role : entries(policy, "roles", minor)) {
            objects.add(clusterRole(role, policy.path("roles")));
        }
        for (JsonNode controller : entries(policy, "controllers", minor)) {
            objects.addAll(controller(controller));
        }
        for (JsonNode binding : entries(policy, "bindings", minor)) {
            KubeObject object =
                    create("ClusterRoleBinding", "", binding.path("name").asText());
            roleRef(object, "ClusterRole", binding.path("role").asText());
            subjects(object, binding);
            objects.add(object);
        }
        for (JsonNode entry : entries(policy, "namespaced", minor)) {
            String namespace = entry.path("namespace").asText();
            String name = entry.path("name").asText();
            KubeObject role = create("Role", namespace, name);
            rules(role.json().putArray("rules"), entry.path("rules"));
            objects.add(role);
            KubeObject binding =
                    create("RoleBinding", namespace, entry.path("binding").asText(name));
            roleRef(binding, "Role", name);
            subjects(binding, entry);
            objects.add(binding);
        }
        return objects;
    }

    private static List<JsonNode> entries(JsonNode policy, String list, int minor) {
        return policy.path(list)
                .valueStream()
                .filter(entry -> entry.path("since").asInt() <= minor)
                .toList();
    }

    /** The role of one of upstream's controllers, and its binding to the controller's account. */
    private static List<KubeObject> controller(JsonNode entry) {
        String account = entry.path("name").asText();
        KubeObject role = create("ClusterRole", "", "system:controller:" + account);
        ArrayNode rules = role.json().putArray("rules");
        rules(rules, entry.path("rules"));
        if (entry.path("events").asBoolean(true)) {
            ObjectNode events = rules.addObject();
            events.putArray("verbs").add("create").add("patch").add("update");
            events.putArray("apiGroups").add("").add("events.k8s.io");
            events.putArray("resources").add("events");
        }
        KubeObject binding = create("ClusterRoleBinding", "", role.name());
        roleRef(binding, "ClusterRole", role.name());
        account(binding.json().putArray("subjects"), account);
        return List.of(role, binding);
    }

    private static KubeObject clusterRole(JsonNode role, JsonNode all) {
        KubeObject object = create("ClusterRole", "", role.path("name").asText());
        if (role.has("label")) {
            object.label(role.path("label").asText(), "true");
        }
        ArrayNode rules = object.json().putArray("rules");
        rules(rules, role.path("rules"));
        if (role.has("aggregate")) {
            String label = role.path("aggregate").asText();
            object.json()
                    .putObject("aggregationRule")
                    .putArray("clusterRoleSelectors")
                    .addObject()
                    .putObject("matchLabels")
                    .put(label, "true");
            collect(rules, label, all);
        }
        return object;
    }

    private static void collect(ArrayNode into, String label, JsonNode all) {
        for (JsonNode role : all) {
            if (role.path("label").asText().equals(label)) {
                rules(into, role.path("rules"));
                if (role.has("aggregate")) {
                    collect(into, role.path("aggregate").asText(), all);
                }
            }
        }
    }

    private static void rules(ArrayNode into, JsonNode rules) {
        for (JsonNode rule : rules) {
            ObjectNode node = into.addObject();
            copy(rule, "verbs", node, "verbs");
            copy(rule, "groups", node, "apiGroups");
            copy(rule, "resources", node, "resources");
            copy(rule, "names", node, "resourceNames");
            copy(rule, "urls", node, "nonResourceURLs");
        }
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String newName) {
        if (from.has(name)) {
            to.set(newName, from.get(name).deepCopy());
        }
    }

    private static void roleRef(KubeObject binding, String kind, String name) {
        binding.json()
                .putObject("roleRef")
                .put("apiGroup", RbacAuthorizer.GROUP)
                .put("kind", kind)
                .put("name", name);
    }

    private static void subjects(KubeObject binding, JsonNode entry) {
        ArrayNode subjects = binding.json().putArray("subjects");
        entry.path("groups").forEach(group -> subject(subjects, "Group", group.asText()));
        entry.path("users").forEach(user -> subject(subjects, "User", user.asText()));
        entry.path("accounts").forEach(account -> account(subjects, account.asText()));
    }

    private static void account(ArrayNode subjects, String name) {
        subjects.addObject().put("kind", "ServiceAccount").put("name", name).put("namespace", "kube-system");
    }

    private static void subject(ArrayNode subjects, String kind, String name) {
        subjects.addObject()
                .put("apiGroup", RbacAuthorizer.GROUP)
                .put("kind", kind)
                .put("name", name);
    }

    private static KubeObject create(String kind, String namespace, String name) {
        return KubeObject.create(new GroupVersionKind(RbacAuthorizer.GROUP, "v1", kind), namespace, name)
                .label(DEFAULTS_LABEL, "rbac-defaults")
                .annotate(AUTO_UPDATE, "true");
    }

    private static JsonNode read() {
        try (InputStream in = BootstrapPolicy.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            return Yaml.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
