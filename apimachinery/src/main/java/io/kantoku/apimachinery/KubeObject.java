package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One Kubernetes object as a JSON tree with names for what every object has.
 *
 * <p>The tree is mutable and belongs to whoever holds the object; {@link #copy()} before changing one that others see. Absent
 * fields read as empty values, as in the Kubernetes API.
 */
public final class KubeObject {
    private final ObjectNode json;

    private KubeObject(ObjectNode json) {
        this.json = json;
    }

    /** Wraps the tree without copying it. */
    public static KubeObject of(ObjectNode json) {
        return new KubeObject(json);
    }

    /** A new object with nothing but its type and name; {@code namespace} is empty for cluster-scoped kinds. */
    public static KubeObject create(GroupVersionKind kind, String namespace, String name) {
        ObjectNode json = Json.object();
        json.put("apiVersion", kind.groupVersion().toString()).put("kind", kind.kind());
        ObjectNode metadata = json.putObject("metadata");
        metadata.put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return new KubeObject(json);
    }

    public ObjectNode json() {
        return json;
    }

    public KubeObject copy() {
        return new KubeObject(json.deepCopy());
    }

    public String apiVersion() {
        return text("apiVersion");
    }

    public String kind() {
        return text("kind");
    }

    public GroupVersionKind groupVersionKind() {
        return GroupVersion.parse(apiVersion()).kind(kind());
    }

    public String name() {
        return text("metadata", "name");
    }

    public String namespace() {
        return text("metadata", "namespace");
    }

    public NamespacedName namespacedName() {
        return new NamespacedName(namespace(), name());
    }

    public String uid() {
        return text("metadata", "uid");
    }

    public String resourceVersion() {
        return text("metadata", "resourceVersion");
    }

    public long generation() {
        return at("metadata", "generation").asLong(0);
    }

    /** Whether deletion was asked for and waits for finalizers or for the grace period. */
    public boolean deleting() {
        return !text("metadata", "deletionTimestamp").isEmpty();
    }

    public Map<String, String> labels() {
        return stringMap("metadata", "labels");
    }

    public Map<String, String> annotations() {
        return stringMap("metadata", "annotations");
    }

    public List<String> finalizers() {
        List<String> finalizers = new ArrayList<>();
        at("metadata", "finalizers").forEach(node -> finalizers.add(node.asText()));
        return finalizers;
    }

    public List<OwnerReference> ownerReferences() {
        List<OwnerReference> owners = new ArrayList<>();
        for (JsonNode node : at("metadata", "ownerReferences")) {
            owners.add(new OwnerReference(
                    node.path("apiVersion").asText(),
                    node.path("kind").asText(),
                    node.path("name").asText(),
                    node.path("uid").asText(),
                    node.path("controller").asBoolean(),
                    node.path("blockOwnerDeletion").asBoolean()));
        }
        return owners;
    }

    /** The owner marked as the managing controller. */
    public Optional<OwnerReference> controller() {
        return ownerReferences().stream().filter(OwnerReference::controller).findFirst();
    }

    /** Adds an owner reference to {@code owner} as managing controller that blocks its foreground deletion. */
    public KubeObject ownedBy(KubeObject owner) {
        ArrayNode owners = metadata().withArrayProperty("ownerReferences");
        owners.addObject()
                .put("apiVersion", owner.apiVersion())
                .put("kind", owner.kind())
                .put("name", owner.name())
                .put("uid", owner.uid())
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        return this;
    }

    public KubeObject label(String key, String value) {
        metadata().withObjectProperty("labels").put(key, value);
        return this;
    }

    public KubeObject annotate(String key, String value) {
        metadata().withObjectProperty("annotations").put(key, value);
        return this;
    }

    public ObjectNode metadata() {
        return json.withObjectProperty("metadata");
    }

    /** The {@code spec} object, made if absent. */
    public ObjectNode spec() {
        return json.withObjectProperty("spec");
    }

    /** The {@code status} object, made if absent. */
    public ObjectNode status() {
        return json.withObjectProperty("status");
    }

    /** The node at a path of member names, {@link MissingNode} when any part is absent. */
    public JsonNode at(String... path) {
        JsonNode node = json;
        for (String member : path) {
            node = node.path(member);
        }
        return node;
    }

    /** The text at a path, {@code ""} when absent. */
    public String text(String... path) {
        return at(path).asText("");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KubeObject object && json.equals(object.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** The object's type and name, never its content: objects may hold secrets. */
    @Override
    public String toString() {
        return kind() + " " + namespacedName();
    }

    private Map<String, String> stringMap(String... path) {
        Map<String, String> map = new LinkedHashMap<>();
        at(path).properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }
}
