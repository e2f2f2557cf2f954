package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The API's way to say yes and no where it does not use a boolean. */
public enum Flag {
    @JsonProperty("enabled")
    ENABLED,
    @JsonProperty("disabled")
    DISABLED;

    static @Nullable Flag of(@Nullable Boolean value) {
        return value == null ? null : value ? ENABLED : DISABLED;
    }

    static @Nullable Flag present(boolean there) {
        return there ? ENABLED : null;
    }

    static @Nullable Boolean value(@Nullable Flag flag) {
        return flag == null ? null : flag == ENABLED;
    }
}
