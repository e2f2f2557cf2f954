package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Names;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Rules of the core group's settings and of what bounds namespaces and nodes. */
final class ConfigRules {
    static final Rules CONFIG_MAPS = Rules.of()
            .check(ConfigRules::checkConfigMap)
            .checkUpdate((object, old, problems) -> checkFrozen(object, old, List.of("data", "binaryData"), problems));

    static final Rules SECRETS = Rules.of()
            .defaults(ConfigRules::secretDefaults)
            .check(ConfigRules::checkSecret)
            .checkUpdate((object, old, problems) -> {
                problems.immutable(object, old, FieldPath.ROOT, "type");
                checkFrozen(object, old, List.of("data"), problems);
            });

    static final Rules NAMESPACES = Rules.of()
            .defaults(ConfigRules::namespaceDefaults)
            .onCreate(namespace -> {
                ObjectNode spec = Tree.object(namespace, "spec");
                if (!Tree.texts(spec, "finalizers").contains("kubernetes")) {
                    Tree.array(spec, "finalizers").add("kubernetes");
                }
                namespace.putObject("status").put("phase", "Active");
            })
            .onUpdate((namespace, old) ->
                    Tree.carry(Tree.object(old, "spec"), Tree.object(namespace, "spec"), "finalizers"));

    static final Rules NODES = Rules.of()
            .defaults(node -> {
                if (node.get("status") instanceof ObjectNode status
                        && !Tree.has(status, "allocatable")
                        && Tree.has(status, "capacity")) {
                    status.set("allocatable", status.path("capacity").deepCopy());
                }
            })
            .check(ConfigRules::checkNode)
            .checkUpdate(ConfigRules::checkNodeUpdate);

    static final Rules RESOURCE_QUOTAS = Rules.of()
            .check(QuotaChecks::check)
            .checkUpdate((quota, old, problems) -> problems.immutable(
                    Tree.object(quota, "spec"), Tree.object(old, "spec"), FieldPath.of("spec"), "scopes"));

    static final Rules LIMIT_RANGES =
            Rules.of().createdByUpdates().defaults(ConfigRules::limitDefaults).check(ConfigRules::checkLimits);

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int LARGEST_DATA = 1 << 20;
    private static final FieldPath DATA = FieldPath.of("data");

    /** The entries that a type of Secret cannot do without. */
    private static final Map<String, List<String>> REQUIRED_ENTRIES = Map.of(
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/dockercfg", List.of(".dockercfg"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"));

    private ConfigRules() {}

    private static void checkConfigMap(ObjectNode configMap, Problems problems) {
        long size = 0;
        for (String member : List.of("data", "binaryData")) {
            for (Map.Entry<String, JsonNode> entry : configMap.path(member).properties()) {
                problems.form(FieldPath.of(member).key(entry.getKey()), entry.getKey(), Names::configKey);
                size += entry.getValue().asText("").length();
            }
        }
        for (Map.Entry<String, JsonNode> entry : configMap.path("binaryData").properties()) {
            if (configMap.path("data").has(entry.getKey())) {
                problems.invalid(DATA.key(entry.getKey()), entry.getKey(), "duplicate of key present in binaryData");
            }
        }
        if (size > LARGEST_DATA) {
            problems.add(FieldError.tooLong(FieldPath.ROOT, LARGEST_DATA));
        }
    }

    /** {@code stringData} is a way of writing {@code data}, and is never stored. */
    private static void secretDefaults(ObjectNode secret) {
        Tree.defaultText(secret, "type", "Opaque");
        if (secret.get("stringData") instanceof ObjectNode plain) {
            ObjectNode data = Tree.object(secret, "data");
            plain.properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(entry.getValue().asText("").getBytes(StandardCharsets.UTF_8))));
        }
        secret.remove("stringData");
    }

    private static void checkSecret(ObjectNode secret, Problems problems) {
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : secret.path("data").properties()) {
            problems.form(DATA.key(entry.getKey()), entry.getKey(), Names::configKey);
            size += entry.getValue().asText("").length() / 4 * 3L;
        }
        if (size > LARGEST_DATA) {
            problems.add(FieldError.tooLong(DATA, LARGEST_DATA));
        }
        String type = Tree.text(secret, "type");
        for (String entry : REQUIRED_ENTRIES.getOrDefault(type, List.of())) {
            if (!secret.path("data").has(entry)) {
                problems.required(DATA.key(entry));
            } else if (entry.startsWith(".docker") && !isJson(Tree.text(secret, "data", entry))) {
                problems.invalid(DATA.key(entry), "<secret contents redacted>", "invalid JSON");
            }
        }
        String account = "kubernetes.io/service-account.name";
        if (type.equals("kubernetes.io/service-account-token")
                && Tree.text(secret, "metadata", "annotations", account).isEmpty()) {
            problems.required(FieldPath.of("metadata", "annotations").key(account));
        }
        if (type.equals("kubernetes.io/basic-auth")
                && !secret.path("data").has("username")
                && !secret.path("data").has("password")) {
            problems.required(DATA.key("username"));
            problems.required(DATA.key("password"));
        }
    }

    private static boolean isJson(String base64) {
        try {
            Json.parse(Base64.getDecoder().decode(base64));
            return true;
        } catch (IllegalArgumentException | ApiException notJson) {
            return false;
        }
    }

    private static void checkFrozen(ObjectNode object, ObjectNode old, List<String> members, Problems problems) {
        if (!Tree.flag(old, "immutable")) {
            return;
        }
        String why = "field is immutable when `immutable` is set";
        if (!Tree.flag(object, "immutable")) {
            problems.forbidden(FieldPath.of("immutable"), why);
        }
        for (String member : members) {
            if (!Tree.same(object.path(member), old.path(member))) {
                problems.forbidden(FieldPath.of(member), why);
            }
        }
    }

    private static void namespaceDefaults(ObjectNode namespace) {
        String name = Tree.text(namespace, "metadata", "name");
        if (!name.isEmpty()) {
            Tree.object(Tree.object(namespace, "metadata"), "labels").put("kubernetes.io/metadata.name", name);
        }
        Tree.defaultText(Tree.object(namespace, "status"), "phase", "Active");
    }

    private static void checkNode(ObjectNode node, Problems problems) {
        List<ObjectNode> taints = Tree.objects(node, "spec", "taints");
        for (int i = 0; i < taints.size(); i++) {
            FieldPath at = SPEC.child("taints").index(i);
            problems.requiredForm(taints.get(i), at, "key", Names::qualifiedName);
            problems.form(at.child("value"), Tree.text(taints.get(i), "value"), Names::labelValue);
            problems.requiredOneOf(taints.get(i), at, "effect", List.of("NoSchedule", "PreferNoSchedule", "NoExecute"));
        }
        List<String> ranges = Tree.texts(node, "spec", "podCIDRs");
        for (int i = 0; i < ranges.size(); i++) {
            problems.form(SPEC.child("podCIDRs").index(i), ranges.get(i), Addresses::cidr);
        }
    }

    private static void checkNodeUpdate(ObjectNode node, ObjectNode old, Problems problems) {
        if (Tree.has(old, "spec", "podCIDR")
                && !Tree.text(old, "spec", "podCIDR").equals(Tree.text(node, "spec", "podCIDR"))) {
            problems.forbidden(SPEC.child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        }
        if (Tree.has(old, "spec", "providerID")
                && !Tree.text(old, "spec", "providerID").equals(Tree.text(node, "spec", "providerID"))) {
            problems.forbidden(
                    SPEC.child("providerID"), "node updates may not change providerID except from \"\" to valid");
        }
    }

    private static void limitDefaults(ObjectNode range) {
        for (ObjectNode item : Tree.objects(range, "spec", "limits")) {
            if (Tree.text(item, "type").equals("Container")) {
                fill(item, "default", "max");
                fill(item, "defaultRequest", "default");
                fill(item, "defaultRequest", "min");
            }
        }
    }

    private static void fill(ObjectNode item, String member, String from) {
        item.path(from).properties().forEach(entry -> {
            ObjectNode target = Tree.object(item, member);
            if (!target.has(entry.getKey())) {
                target.set(entry.getKey(), entry.getValue().deepCopy());
            }
        });
    }

    private static void checkLimits(ObjectNode range, Problems problems) {
        List<ObjectNode> limits = Tree.objects(range, "spec", "limits");
        for (int i = 0; i < limits.size(); i++) {
            FieldPath at = SPEC.child("limits").index(i);
            problems.requiredText(limits.get(i), at, "type");
            for (String list : List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")) {
                ResourceChecks.quantities(limits.get(i).path(list), at.child(list), problems);
            }
        }
    }
}
