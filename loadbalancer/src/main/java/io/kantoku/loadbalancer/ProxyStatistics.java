package io.kantoku.loadbalancer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the engine counts of a frontend, a backend or a server since its worker started.
 *
 * @param backend whose server it is; {@code ""} for frontends and backends
 * @param status as the engine names it: {@code UP}, {@code DOWN}, {@code MAINT}, {@code no check}, {@code OPEN} …
 * @param address of a server, {@code 10.44.59.100:6443}; {@code ""} when the engine does not tell it
 * @param bytesIn from clients
 * @param bytesOut to clients
 */
public record ProxyStatistics(
        Kind kind,
        String name,
        String backend,
        String status,
        String address,
        long currentSessions,
        long totalSessions,
        long bytesIn,
        long bytesOut) {
    /** What is counted. */
    public enum Kind {
        FRONTEND,
        BACKEND,
        SERVER
    }

    static ProxyStatistics of(JsonNode item) {
        JsonNode stats = item.path("stats");
        Kind kind = switch (item.path("type").asText()) {
            case "frontend" -> Kind.FRONTEND;
            case "backend" -> Kind.BACKEND;
            default -> Kind.SERVER;
        };
        return new ProxyStatistics(
                kind,
                item.path("name").asText(),
                item.path("backend_name").asText(),
                stats.path("status").asText(),
                stats.path("addr").asText(),
                stats.path("scur").asLong(),
                stats.path("stot").asLong(),
                stats.path("bin").asLong(),
                stats.path("bout").asLong());
    }
}
