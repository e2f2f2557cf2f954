package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code tcp-response …} of a backend.
 *
 * @param timeout the inspect delay, milliseconds
 */
public record TcpResponseRule(
        @Nullable Integer index,
        String type,
        @Nullable String action,
        @Nullable String cond,
        @JsonProperty("cond_test") @Nullable String condTest,
        @Nullable Integer timeout)
        implements IndexedObject {
    private static final List<String> TYPES = List.of("content", "inspect-delay");
    private static final List<String> ACTIONS = List.of("accept", "reject", "close");

    static TcpResponseRule read(int index, Words words) {
        String type = words.at(1);
        if (type.equals("inspect-delay")) {
            return new TcpResponseRule(index, type, null, null, null, Durations.parseMillis(words.at(2)));
        }
        int end = Condition.indexIn(words, 2);
        String action = new Words(words.list().subList(Math.min(2, end), end)).print();
        Condition condition = Condition.read(words, 2);
        return new TcpResponseRule(index, type, action, condition.cond(), condition.test(), null);
    }

    Words write() {
        List<String> words = new ArrayList<>(List.of("tcp-response", type));
        if (type.equals("inspect-delay")) {
            words.add(String.valueOf(timeout));
        } else {
            words.addAll(Words.parse(action == null ? "" : action).list());
            words.addAll(new Condition(cond, condTest).words());
        }
        return new Words(words);
    }

    @Override
    public void validate() {
        Names.checkPresent("type", type);
        Names.checkOneOf("type", type, TYPES);
        if (type.equals("inspect-delay")) {
            if (timeout == null) {
                throw DataPlaneException.required("timeout");
            }
            Names.checkRange("timeout", timeout, 0, Integer.MAX_VALUE);
            return;
        }
        Names.checkPresent("action", action);
        Names.checkOneOf("action", action, ACTIONS);
        new Condition(cond, condTest).validate();
    }
}
