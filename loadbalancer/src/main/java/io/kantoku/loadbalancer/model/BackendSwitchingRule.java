package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code use_backend name if …} in a frontend; the first that fits wins. */
public record BackendSwitchingRule(
        @Nullable Integer index,
        String name,
        @Nullable String cond,
        @JsonProperty("cond_test") @Nullable String condTest)
        implements IndexedObject {
    /** The rule that the Supervisor makes for each port of a virtual server. */
    public static BackendSwitchingRule forPort(int index, String backend, int port) {
        return new BackendSwitchingRule(index, backend, "if", "{ dst_port " + port + " }");
    }

    static BackendSwitchingRule read(int index, Words words) {
        Condition condition = Condition.read(words, 2);
        return new BackendSwitchingRule(index, words.at(1), condition.cond(), condition.test());
    }

    Words write() {
        List<String> words = new ArrayList<>(List.of("use_backend", name));
        words.addAll(new Condition(cond, condTest).words());
        return new Words(words);
    }

    @Override
    public void validate() {
        // a log-format expression is allowed here, hence no name pattern
        Names.checkPresent("name", name);
        new Condition(cond, condTest).validate();
    }
}
