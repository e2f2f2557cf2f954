package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code meta/v1 Status} that a client receives when a call does not return an object.
 *
 * @param code the HTTP status code
 * @param status {@code Success} or {@code Failure}
 * @param reason a machine-readable word of the Kubernetes API conventions, {@code ""} when there is none
 * @param message what happened, why, and what to do
 * @param details the object concerned and the causes, null when there are none
 * @param continueToken of an expired list: where it may be gone on with at the newest version, {@code ""} otherwise
 */
public record Status(
        int code,
        String status,
        String reason,
        String message,
        @Nullable Details details,
        String continueToken) {
    public Status(int code, String status, String reason, String message, @Nullable Details details) {
        this(code, status, reason, message, details, "");
    }

    /**
     * What a status is about.
     *
     * @param retryAfterSeconds 0 when retrying has no set delay
     */
    public record Details(
            String name, String group, String kind, String uid, List<Cause> causes, int retryAfterSeconds) {
        public Details {
            causes = List.copyOf(causes);
        }
    }

    /**
     * One field that is wrong.
     *
     * @param reason for example {@code FieldValueInvalid}
     * @param message for people
     * @param field the path as Kubernetes writes it, for example {@code spec.containers[0].image}
     */
    public record Cause(String reason, String message, String field) {}

    public static Status failure(int code, String reason, String message) {
        return new Status(code, "Failure", reason, message, null);
    }

    public Status withDetails(Details newDetails) {
        return new Status(code, status, reason, message, newDetails, continueToken);
    }

    public Status withContinueToken(String token) {
        return new Status(code, status, reason, message, details, token);
    }

    /** The wire form, {@code kind: Status, apiVersion: v1}. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("kind", "Status").put("apiVersion", "v1");
        ObjectNode metadata = json.putObject("metadata");
        putUnlessEmpty(metadata, "continue", continueToken);
        json.put("status", status);
        if (!message.isEmpty()) {
            json.put("message", message);
        }
        if (!reason.isEmpty()) {
            json.put("reason", reason);
        }
        if (details != null) {
            details(json.putObject("details"), details);
        }
        json.put("code", code);
        return json;
    }

    private static void details(ObjectNode json, Details details) {
        putUnlessEmpty(json, "name", details.name());
        putUnlessEmpty(json, "group", details.group());
        putUnlessEmpty(json, "kind", details.kind());
        putUnlessEmpty(json, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = json.putArray("causes");
            for (Cause cause : details.causes()) {
                ObjectNode node = causes.addObject();
                putUnlessEmpty(node, "reason", cause.reason());
                putUnlessEmpty(node, "message", cause.message());
                putUnlessEmpty(node, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            json.put("retryAfterSeconds", details.retryAfterSeconds());
        }
    }

    private static void putUnlessEmpty(ObjectNode json, String field, String value) {
        if (!value.isEmpty()) {
            json.put(field, value);
        }
    }
}
