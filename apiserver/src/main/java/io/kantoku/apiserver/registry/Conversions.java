package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Turns objects of one kind from the stored version into served ones and back. */
public final class Conversions {
    private Conversions() {}

    /** Whether a version's JSON is the stored JSON. */
    public static boolean isStored(ResourceType type, String version) {
        return version.equals(type.storageVersion())
                && type.strategy().storedAs().isEmpty();
    }

    /** The object as the kind's rules of today have it, of the same revision: clients see defaults that came after it was stored. */
    public static StoredObject renewed(ResourceType type, StoredObject object) {
        if (object.revision() >= type.strategy().since()) {
            return object;
        }
        ObjectNode stored = object.tree();
        ObjectNode tree = stored.deepCopy();
        type.strategy().renew(tree);
        return tree.equals(stored)
                ? object
                : StoredObject.of(object.key(), ObjectBytes.encode(tree), object.revision());
    }

    /** The same of a page of objects. */
    public static ListResult renewed(ResourceType type, ListResult page) {
        if (page.objects().stream()
                .allMatch(object -> object.revision() >= type.strategy().since())) {
            return page;
        }
        return new ListResult(
                page.objects().stream().map(object -> renewed(type, object)).toList(),
                page.revision(),
                page.continueToken(),
                page.remaining());
    }

    /** Changes a tree of the stored version into a served one, and returns it. */
    public static ObjectNode toServed(ResourceType type, ObjectNode object, String version) {
        if (isStored(type, version)) {
            return object;
        }
        ObjectNode converted = type.strategy().toVersion(object, version);
        converted.put("apiVersion", type.kindIn(version).groupVersion().toString());
        return converted;
    }

    /** Changes trees of the stored version into a served one. */
    public static List<ObjectNode> toServed(ResourceType type, List<ObjectNode> objects, String version) {
        if (isStored(type, version) || objects.isEmpty()) {
            return objects;
        }
        List<ObjectNode> converted = type.strategy().toVersion(objects, version);
        String apiVersion = type.kindIn(version).groupVersion().toString();
        converted.forEach(object -> object.put("apiVersion", apiVersion));
        return converted;
    }

    /** Changes a tree of a served version into the stored one, and returns it. */
    public static ObjectNode toStored(ResourceType type, ObjectNode object, String version) {
        if (isStored(type, version)) {
            return object;
        }
        ObjectNode converted = type.strategy().fromVersion(object, version);
        converted.put("apiVersion", type.storedKind().groupVersion().toString());
        return converted;
    }
}
