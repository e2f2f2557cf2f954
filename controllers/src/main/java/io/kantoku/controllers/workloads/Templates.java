package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.SafeNames;
import io.kantoku.controllers.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Makes pods from pod templates and compares and hashes templates. */
final class Templates {
    static final String POD_TEMPLATE_HASH = "pod-template-hash";

    private Templates() {}

    /** A pod of the owner's template, with its labels, annotations and finalizers; the name is generated. */
    static KubeObject pod(KubeObject owner, JsonNode template) {
        KubeObject pod = KubeObject.create(Kinds.POD, owner.namespace(), "");
        ObjectNode metadata = pod.metadata();
        metadata.remove("name");
        metadata.put("generateName", generateName(owner.name()));
        for (String field : new String[] {"labels", "annotations", "finalizers"}) {
            JsonNode value = template.path("metadata").path(field);
            if (!value.isEmpty()) {
                metadata.set(field, value.deepCopy());
            }
        }
        pod.ownedBy(owner);
        pod.json().set("spec", template.path("spec").deepCopy());
        return pod;
    }

    /** The prefix of the pods' names; a name that leaves no room for a suffix is cut. */
    private static String generateName(String owner) {
        String prefix = owner + "-";
        return prefix.length() > 247 ? owner.substring(0, 247) : prefix;
    }

    /** Whether two templates mean the same pods, whatever hash label one of them carries. */
    static boolean equal(JsonNode one, JsonNode other) {
        return withoutHash(one).equals(withoutHash(other));
    }

    /**
     * The template's hash for labels and names, as upstream forms it from an FNV-1a hash, here of the canonical JSON: equal
     * templates have equal hashes; the values differ from upstream's, which hashes Go structures.
     */
    static String hash(JsonNode template, int collisions) {
        int hash = fnv(canonical(withoutHash(template)).toString(), 0x811c9dc5);
        if (collisions > 0) {
            hash = fnv(Integer.toString(collisions), hash);
        }
        return SafeNames.encode(Integer.toUnsignedString(hash));
    }

    private static int fnv(String text, int seed) {
        int hash = seed;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        return hash;
    }

    private static JsonNode withoutHash(JsonNode template) {
        if (!template.path("metadata").path("labels").has(POD_TEMPLATE_HASH)
                && !template.path("metadata").has("creationTimestamp")) {
            return template;
        }
        JsonNode copy = template.deepCopy();
        if (copy.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("creationTimestamp");
            if (metadata.path("labels") instanceof ObjectNode labels) {
                labels.remove(POD_TEMPLATE_HASH);
                if (labels.isEmpty()) {
                    metadata.remove("labels");
                }
            }
        }
        return copy;
    }

    /** The same value with members in the order of their names. */
    private static JsonNode canonical(JsonNode node) {
        if (node.isObject()) {
            ObjectNode sorted = Json.object();
            TreeMap<String, JsonNode> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            members.forEach((name, value) -> sorted.set(name, canonical(value)));
            return sorted;
        }
        if (node.isArray()) {
            var array = Json.mapper().createArrayNode();
            node.forEach(element -> array.add(canonical(element)));
            return array;
        }
        return node;
    }
}
