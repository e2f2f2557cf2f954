package io.kantoku.supervisor.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.time.Instant;

/**
 * An entry of the audit log.
 *
 * @param number counts the entries of a log from 1 on
 */
public record AuditEntry(long number, Instant time, Deed deed) {
    public ObjectNode toJson() {
        return Json.object()
                .put("number", number)
                .put("time", time.toString())
                .put("user", deed.user())
                .put("source", deed.source().name())
                .put("method", deed.method())
                .put("path", deed.path())
                .put("cluster", deed.cluster())
                .put("status", deed.status())
                .put("client", deed.client());
    }

    static AuditEntry of(JsonNode json) {
        return new AuditEntry(
                json.path("number").asLong(),
                Instant.parse(json.path("time").asText()),
                new Deed(
                        Deed.Source.valueOf(json.path("source").asText()),
                        json.path("user").asText(),
                        json.path("method").asText(),
                        json.path("cluster").asText(),
                        json.path("path").asText(),
                        json.path("status").asInt(),
                        json.path("client").asText()));
    }
}
