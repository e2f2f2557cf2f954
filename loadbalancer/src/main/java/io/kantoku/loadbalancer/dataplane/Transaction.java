package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.time.Instant;

/**
 * Changes that are made together or not at all.
 *
 * @param version of the configuration that it began with
 * @param config that configuration with the changes made so far
 * @param touched when it was last used
 */
public record Transaction(
        String id,
        @JsonProperty("_version") long version,
        Status status,
        @JsonIgnore HaproxyConfig config,
        @JsonIgnore Instant touched) {
    /** How far a transaction is. */
    public enum Status {
        @JsonProperty("in_progress")
        IN_PROGRESS,
        @JsonProperty("failed")
        FAILED,
        /** Others were faster; told by version 3 only. */
        @JsonProperty("outdated")
        OUTDATED,
        @JsonProperty("success")
        SUCCESS
    }

    /** The transaction as it is to be seen when the configuration has that version. */
    Transaction seenAt(long current) {
        return status == Status.IN_PROGRESS && version != current ? with(Status.OUTDATED) : this;
    }

    Transaction with(HaproxyConfig changed, Instant now) {
        return new Transaction(id, version, status, changed, now);
    }

    Transaction with(Status changed) {
        return new Transaction(id, version, changed, config, touched);
    }
}
