package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object that has a place in a list and no name: a rule, a check's step, a log target. What it says depends on its
 * {@link LineGrammar}.
 *
 * @param members all but the index, as the API has them
 */
public record Rule(
        @JsonIgnore LineGrammar grammar,
        @Nullable Integer index,
        @JsonAnyGetter Map<String, JsonNode> members) implements ApiObject {
    private static final String INDEX = "index";

    public Rule {
        members = Map.copyOf(members);
    }

    /** {@code use_backend name if { dst_port port }}, which the Supervisor has for each port of a virtual server. */
    public static Rule forPort(int index, String backend, int port) {
        return of(
                Grammars.BACKEND_SWITCHING,
                index,
                Map.of("name", backend, "cond", "if", "cond_test", "{ dst_port " + port + " }"));
    }

    /** Takes connections from these networks, whatever later rules say. */
    public static Rule acceptFrom(int index, List<String> networks) {
        return of(
                Grammars.TCP_REQUEST,
                index,
                Map.of(
                        "type",
                        "connection",
                        "action",
                        "accept",
                        "cond",
                        "if",
                        "cond_test",
                        "{ src " + String.join(" ", networks) + " }"));
    }

    /** Takes no connections. */
    public static Rule reject(int index) {
        return of(Grammars.TCP_REQUEST, index, Map.of("type", "connection", "action", "reject"));
    }

    private static Rule of(LineGrammar grammar, int index, Map<String, String> members) {
        Map<String, JsonNode> nodes = new TreeMap<>();
        members.forEach((member, text) -> nodes.put(member, TextNode.valueOf(text)));
        return new Rule(grammar, index, nodes);
    }

    static Rule read(LineGrammar grammar, int index, Words line) {
        return new Rule(grammar, index, grammar.read(line));
    }

    /** What a client sent, without the members that are not known. */
    static Rule sent(LineGrammar grammar, JsonNode sent) {
        JsonNode index = sent.path(INDEX);
        if (!index.isMissingNode() && !index.isNull()) {
            Member.type(INDEX, "an integer", index.isInt());
            Names.checkRange(INDEX, index.intValue(), 0, Integer.MAX_VALUE);
        }
        return new Rule(grammar, index.isInt() ? (Integer) index.intValue() : null, grammar.known(sent));
    }

    Words write() {
        return grammar.write(members);
    }

    /** A member's text, {@code ""} when it is not there. */
    public String text(String member) {
        JsonNode value = members.get(member);
        return value == null ? "" : value.asText();
    }

    @Override
    public void validate() {
        grammar.validate("", members);
    }
}
