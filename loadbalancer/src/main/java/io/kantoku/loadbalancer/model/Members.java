package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of a kind of object that nothing in this program looks at. They are kept for the API's clients, who expect to read
 * what they have written.
 */
record Members<R, W>(List<Member<R, W>> all) {
    Members {
        all = List.copyOf(all);
    }

    /** Of what was sent what is known here; the rest is passed over, as the API's own server does. */
    Map<String, JsonNode> known(@Nullable Map<String, JsonNode> sent) {
        Map<String, JsonNode> known = new TreeMap<>();
        if (sent != null) {
            all.forEach(member -> {
                JsonNode value = sent.get(member.name());
                if (value != null && !value.isNull()) {
                    known.put(member.name(), value);
                }
            });
        }
        return Map.copyOf(known);
    }

    void validate(Map<String, JsonNode> values) {
        for (Member<R, W> member : all) {
            JsonNode value = values.get(member.name());
            if (value != null) {
                member.check().check(member.name(), value);
            }
        }
    }

    Map<String, JsonNode> read(R text) {
        Map<String, JsonNode> found = new TreeMap<>();
        all.forEach(member -> {
            JsonNode value = member.read().apply(text);
            if (value != null) {
                found.put(member.name(), value);
            }
        });
        return Map.copyOf(found);
    }

    W write(W text, Map<String, JsonNode> values) {
        W changed = text;
        for (Member<R, W> member : all) {
            changed = member.write().apply(changed, values.get(member.name()));
        }
        return changed;
    }
}
