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
