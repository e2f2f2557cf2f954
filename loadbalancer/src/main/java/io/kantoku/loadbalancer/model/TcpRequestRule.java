package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code tcp-request …} of a frontend or backend. Actions that the API does not know are shown and kept, not written.
 *
 * @param timeout the inspect delay, milliseconds
 * @param extra what belongs to the action
 */
public record TcpRequestRule(
        @Nullable Integer index,
        String type,
        @Nullable String action,
        @Nullable String cond,
        @JsonProperty("cond_test") @Nullable String condTest,
        @Nullable Integer timeout,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements IndexedObject {
    private static final List<String> TYPES = List.of("connection", "content", "inspect-delay", "session");

    public TcpRequestRule {
        extra = TcpAction.known(extra);
    }

    /** Takes connections from these networks, whatever later rules say. */
    public static TcpRequestRule acceptFrom(int index, List<String> networks) {
        return new TcpRequestRule(
                index, "connection", "accept", "if", "{ src " + String.join(" ", networks) + " }", null, Map.of());
    }

    /** Takes no connections. */
    public static TcpRequestRule reject(int index) {
        return new TcpRequestRule(index, "connection", "reject", null, null, null, Map.of());
    }

    static TcpRequestRule read(int index, Words words) {
        TcpRule rule = TcpRule.read(words);
        return new TcpRequestRule(
                index,
                rule.type(),
                rule.action(),
                rule.condition().cond(),
                rule.condition().test(),
                rule.timeout(),
                rule.extra());
    }

    private TcpRule rule() {
        return new TcpRule(type, action, new Condition(cond, condTest), timeout, extra);
    }

    Words write() {
        return rule().write("tcp-request");
    }

    @Override
    public void validate() {
        rule().validate(TYPES, TcpAction.NAMES);
    }
}
