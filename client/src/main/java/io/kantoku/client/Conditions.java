package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import java.time.Instant;
import java.util.Optional;

/** Reads and sets {@code status.conditions} by the Kubernetes API conventions. */
public final class Conditions {
    private Conditions() {}

    /**
     * Sets the condition in the object's {@code status.conditions}. {@code lastTransitionTime} changes only with the status.
     *
     * @return whether anything changed
     */
    public static boolean set(KubeObject object, Condition condition, Instant now) {
        return set(object.status().withArrayProperty("conditions"), condition, now);
    }

    /** Sets the condition in a list of conditions; members it does not know are kept. */
    public static boolean set(ArrayNode conditions, Condition condition, Instant now) {
        ObjectNode entry = null;
        for (JsonNode node : conditions) {
            if (node instanceof ObjectNode object
                    && object.path("type").asText().equals(condition.type())) {
                entry = object;
            }
        }
        if (entry == null) {
            entry = conditions.addObject();
            entry.put("type", condition.type());
        } else if (Condition.of(entry).equals(condition)) {
            return false;
        }
        boolean transition = !entry.path("status").asText().equals(condition.status());
        entry.put("status", condition.status());
        if (condition.observedGeneration() > 0) {
            entry.put("observedGeneration", condition.observedGeneration());
        }
        if (transition || !entry.has("lastTransitionTime")) {
            entry.put("lastTransitionTime", Timestamps.seconds(now));
        }
        putOrRemove(entry, "reason", condition.reason());
        putOrRemove(entry, "message", condition.message());
        return true;
    }

    /** Removes the condition; whether it was there. */
    public static boolean remove(KubeObject object, String type) {
        if (!(object.at("status", "conditions") instanceof ArrayNode conditions)) {
            return false;
        }
        for (int i = 0; i < conditions.size(); i++) {
            if (conditions.get(i).path("type").asText().equals(type)) {
                conditions.remove(i);
                return true;
            }
        }
        return false;
    }

    public static Optional<Condition> find(KubeObject object, String type) {
        for (JsonNode node : object.at("status", "conditions")) {
            if (node.path("type").asText().equals(type)) {
                return Optional.of(Condition.of(node));
            }
        }
        return Optional.empty();
    }

    /** Whether the condition is there with status {@code True}. */
    public static boolean isTrue(KubeObject object, String type) {
        return find(object, type).filter(Condition::isTrue).isPresent();
    }

    private static void putOrRemove(ObjectNode entry, String field, String value) {
        if (value.isEmpty()) {
            entry.remove(field);
        } else {
            entry.put(field, value);
        }
    }
}
