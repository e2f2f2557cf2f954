package io.kantoku.loadbalancer;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A server as the engine sees it.
 *
 * @param adminState {@code ready}, {@code maint} or {@code drain}
 * @param operationalState {@code up}, {@code down} or {@code stopping}
 */
public record RuntimeServer(
        String name,
        String address,
        int port,
        @JsonProperty("admin_state") String adminState,
        @JsonProperty("operational_state") String operationalState) {
    /** Whether it gets connections. */
    public boolean serving() {
        return adminState.equals("ready") && operationalState.equals("up");
    }
}
