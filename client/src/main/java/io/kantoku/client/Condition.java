package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One entry of {@code status.conditions} without its times.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason one CamelCase word, may be empty for kinds that allow it
 * @param message for people: what is missing and what to do
 * @param observedGeneration the generation this was found for; 0 when the kind's conditions do not carry it
 */
public record Condition(String type, String status, String reason, String message, long observedGeneration) {
    public static Condition isTrue(String type, String reason, String message) {
        return new Condition(type, "True", reason, message, 0);
    }

    public static Condition isFalse(String type, String reason, String message) {
        return new Condition(type, "False", reason, message, 0);
    }

    public static Condition unknown(String type, String reason, String message) {
        return new Condition(type, "Unknown", reason, message, 0);
    }

    public Condition observed(long generation) {
        return new Condition(type, status, reason, message, generation);
    }

    public boolean isTrue() {
        return status.equals("True");
    }

    static Condition of(JsonNode json) {
        return new Condition(
                json.path("type").asText(),
                json.path("status").asText(),
                json.path("reason").asText(),
                json.path("message").asText(),
                json.path("observedGeneration").asLong(0));
    }
}
