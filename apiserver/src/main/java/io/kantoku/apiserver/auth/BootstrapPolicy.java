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

    /** New objects to create, roles before their bindings; aggregated roles already hold the rules that they collect. */
    public static List<KubeObject> objects() {
        JsonNode policy = read();
        List<KubeObject> objects = new ArrayList<>();
        for (JsonNode role : policy.path("roles")) {
            objects.add(clusterRole(role, policy.path("roles")));
        }
        for (JsonNode binding : policy.path("bindings")) {
            KubeObject object =
                    create("ClusterRoleBinding", "", binding.path("name").asText());
            roleRef(object, "ClusterRole", binding.path("role").asText());
            subjects(object, binding);
            objects.add(object);
        }
        for (JsonNode entry : policy.path("namespaced")) {
            String namespace = entry.path("namespace").asText();
            String name = entry.path("name").asText();
            KubeObject role = create("Role", namespace, name);
            rules(role.json().putArray("rules"), entry.path("rules"));
            objects.add(role);
            KubeObject binding = create("RoleBinding", namespace, name);
            roleRef(binding, "Role", name);
            subjects(binding, entry);
            objects.add(binding);
        }
        return objects;
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
