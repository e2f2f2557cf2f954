package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tcp-request} and a {@code tcp-response} line have in common.
 *
 * @param timeout the inspect delay, milliseconds; the only member of a rule of that type
 * @param extra what belongs to the action
 */
record TcpRule(
        String type,
        @Nullable String action,
        Condition condition,
        @Nullable Integer timeout,
        Map<String, JsonNode> extra) {
    private static final String DELAY = "inspect-delay";

    static TcpRule read(Words words) {
        String type = words.at(1);
        if (type.equals(DELAY)) {
            return new TcpRule(type, null, Condition.NONE, Durations.parseMillis(words.at(2)), Map.of());
        }
        int end = Condition.indexIn(words, 2);
        TcpAction.Found action = TcpAction.read(new Words(words.list().subList(Math.min(2, end), end)).print());
        return new TcpRule(type, action.name(), Condition.read(words, 2), null, action.members());
    }

    Words write(String keyword) {
        List<String> words = new ArrayList<>(List.of(keyword, type));
        if (type.equals(DELAY)) {
            words.add(String.valueOf(timeout));
        } else {
            words.addAll(TcpAction.write(action == null ? "" : action, extra));
            words.addAll(condition.words());
        }
        return new Words(words);
    }

    void validate(List<String> types, List<String> actions) {
        Names.checkPresent("type", type);
        Names.checkOneOf("type", type, types);
        if (type.equals(DELAY)) {
            if (timeout == null) {
                throw DataPlaneException.required("timeout");
            }
            Names.checkRange("timeout", timeout, 0, Integer.MAX_VALUE);
            return;
        }
        TcpAction.validate(action, extra, actions);
        condition.validate();
    }
}
