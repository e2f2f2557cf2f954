package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps a write within the part of the object that its path names: status apart from the rest, and the reverse. */
final class SubresourceScope {
    private SubresourceScope() {}

    static void limit(Target target, ObjectNode object, ObjectNode old) {
        switch (target.subresource()) {
            case "" -> {
                if (target.type().hasStatus(target.version())) {
                    restore(object, old, "status");
                }
            }
            case "status" -> onlyStatus(target, object, old);
            case "scale", "binding" -> restore(object, old, "status");
            case "ephemeralcontainers", "resize" -> {
                restore(object, old, "status");
                target.type().strategy().limitPart(target.subresource(), object, old);
            }
            case "finalize" -> onlyFinalizers(object, old);
            case "approval" -> {
                restore(object, old, "spec");
                restoreWithin(object, old, "status", "certificate");
            }
            default -> {
                // other subresources make their changes themselves
            }
        }
    }

    private static void onlyStatus(Target target, ObjectNode object, ObjectNode old) {
        JsonNode status = object.get("status");
        ObjectNode given = object.withObjectProperty("metadata").deepCopy();
        replaceAll(object, old);
        if (status == null) {
            object.remove("status");
        } else {
            object.set("status", status);
        }
        ObjectNode metadata = object.withObjectProperty("metadata");
        take(metadata, given, "managedFields");
        Set<String> fixed = target.type().strategy().fixedByStatus();
        Strategy.CLIENT_METADATA.stream()
                .filter(member -> !fixed.contains(member))
                .forEach(member -> take(metadata, given, member));
    }

    private static void onlyFinalizers(ObjectNode object, ObjectNode old) {
        JsonNode finalizers = object.path("spec").get("finalizers");
        JsonNode managed = object.path("metadata").get("managedFields");
        replaceAll(object, old);
        if (managed != null) {
            object.withObjectProperty("metadata").set("managedFields", managed);
        }
        ObjectNode spec = object.withObjectProperty("spec");
        if (finalizers == null) {
            spec.remove("finalizers");
        } else {
            spec.set("finalizers", finalizers);
        }
    }

    private static void replaceAll(ObjectNode object, ObjectNode old) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        object.remove(names);
        object.setAll(old.deepCopy());
    }

    private static void restore(ObjectNode object, ObjectNode old, String field) {
        set(object, field, old.get(field));
    }

    private static void restoreWithin(ObjectNode object, ObjectNode old, String outer, String field) {
        set(object.withObjectProperty(outer), field, old.path(outer).get(field));
    }

    private static void take(ObjectNode metadata, ObjectNode given, String field) {
        set(metadata, field, given.get(field));
    }

    private static void set(ObjectNode object, String field, @Nullable JsonNode value) {
        if (value == null) {
            object.remove(field);
        } else {
            object.set(field, value.deepCopy());
        }
    }
}
