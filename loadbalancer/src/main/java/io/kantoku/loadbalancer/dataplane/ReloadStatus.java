package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A reload as clients see it.
 *
 * @param timestamp seconds since the epoch when it ended
 * @param response what the engine said, when it failed
 */
public record ReloadStatus(
        String id,
        State status,
        @JsonProperty("reload_timestamp") @Nullable Long timestamp,
        @Nullable String response) {
    /** How far a reload is. */
    public enum State {
        @JsonProperty("in_progress")
        IN_PROGRESS,
        @JsonProperty("succeeded")
        SUCCEEDED,
        @JsonProperty("failed")
        FAILED
    }
}
