package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code tcp-response …} of a backend. Other actions are shown and kept, not written.
 *
 * @param timeout the inspect delay, milliseconds
 * @param extra what belongs to the action
 */
public record TcpResponseRule(
        @Nullable Integer index,
        String type,
        @Nullable String action,
        @Nullable String cond,
        @JsonProperty("cond_test") @Nullable String condTest,
        @Nullable Integer timeout,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements IndexedObject {
    private static final List<String> TYPES = List.of("content", "inspect-delay");
    private static final List<String> ACTIONS = List.of("accept", "reject", "set-var", "unset-var");

    public TcpResponseRule {
        extra = TcpAction.known(extra);
    }

    static TcpResponseRule read(int index, Words words) {
        TcpRule rule = TcpRule.read(words);
        return new TcpResponseRule(
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
        return rule().write("tcp-response");
    }

    @Override
    public void validate() {
        rule().validate(TYPES, ACTIONS);
    }
}
