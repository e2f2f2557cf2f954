package io.kantoku.loadbalancer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a connection that a server refuses is tried on another one. */
public record Redispatch(@Nullable Flag enabled, @Nullable Integer interval) {
    static @Nullable Redispatch read(Section s) {
        Flag enabled = Flag.of(s.option("redispatch"));
        return enabled == null ? null : new Redispatch(enabled, s.integer("option", "redispatch"));
    }

    static Section write(Section s, @Nullable Redispatch redispatch) {
        Section changed = s.setOption(redispatch == null ? null : Flag.value(redispatch.enabled()), "redispatch");
        if (redispatch == null || redispatch.enabled() != Flag.ENABLED || redispatch.interval() == null) {
            return changed;
        }
        return changed.replaceAll(
                old -> old.startsWith("option", "redispatch"),
                List.of(Words.of("option", "redispatch", redispatch.interval().toString())));
    }
}
