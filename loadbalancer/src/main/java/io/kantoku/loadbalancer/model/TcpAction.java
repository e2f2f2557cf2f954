package io.kantoku.loadbalancer.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An action of TCP rules as HAProxy writes it, with the names of the API's members in braces. An action with a part that may be
 * missing stands in the table more than once, the longest form first.
 */
record TcpAction(String name, String template, Pattern pattern, List<String> members) {
    private static final Pattern MEMBER = Pattern.compile("\\{(\\w+)}");
    private static final Set<String> NUMBERS = Set.of("capture_len");

    static final List<TcpAction> ALL = table(
            "accept|accept",
            "reject|reject",
            "silent-drop|silent-drop",
            "expect-proxy|expect-proxy layer4",
            "expect-netscaler-cip|expect-netscaler-cip layer4",
            "capture|capture {capture_sample} len {capture_len}",
            "do-resolve|do-resolve({resolve_var},{resolve_resolvers},{resolve_protocol}) {expr}",
            "do-resolve|do-resolve({resolve_var},{resolve_resolvers}) {expr}",
            "sc-inc-gpc0|sc-inc-gpc0({sc_inc_id})",
            "sc-inc-gpc1|sc-inc-gpc1({sc_inc_id})",
            "sc-set-gpt0|sc-set-gpt0({sc_inc_id}) {gpt_value}",
            "send-spoe-group|send-spoe-group {spoe_engine_name} {spoe_group_name}",
            "set-dst|set-dst {expr}",
            "set-dst-port|set-dst-port {expr}",
            "set-priority|set-priority-{priority_type} {expr}",
            "set-src|set-src {expr}",
            "set-var|set-var({var_scope}.{var_name}) {expr}",
            "unset-var|unset-var({var_scope}.{var_name})",
            "track-sc0|track-sc0 {track_key} table {track_table}",
            "track-sc0|track-sc0 {track_key}",
            "track-sc1|track-sc1 {track_key} table {track_table}",
            "track-sc1|track-sc1 {track_key}",
            "track-sc2|track-sc2 {track_key} table {track_table}",
            "track-sc2|track-sc2 {track_key}",
            "use-service|use-service {service_name}");

    static final List<String> NAMES =
            ALL.stream().map(TcpAction::name).distinct().toList();

    private static final Set<String> MEMBERS = new TreeSet<>(
            ALL.stream().flatMap(action -> action.members.stream()).toList());

    TcpAction {
        members = List.copyOf(members);
    }

    /** An action as a line has it; one that is not in the table is its own text. */
    record Found(String name, Map<String, JsonNode> members) {}

    private static List<TcpAction> table(String... rows) {
        List<TcpAction> actions = new ArrayList<>();
        for (String row : rows) {
            String template = row.substring(row.indexOf('|') + 1);
            List<String> members = new ArrayList<>();
            StringBuilder regex = new StringBuilder();
            Matcher matcher = MEMBER.matcher(template);
            int from = 0;
            while (matcher.find()) {
                members.add(matcher.group(1));
                regex.append(Pattern.quote(template.substring(from, matcher.start())))
                        .append(
                                matcher.end() == template.length() || template.charAt(matcher.end()) == ' '
                                        ? "(.+?)"
                                        : "([^ .,)]+)");
                from = matcher.end();
            }
            regex.append(Pattern.quote(template.substring(from)));
            actions.add(new TcpAction(
                    row.substring(0, row.indexOf('|')), template, Pattern.compile(regex.toString()), members));
        }
        return List.copyOf(actions);
    }

    static Found read(String text) {
        for (TcpAction action : ALL) {
            Matcher matcher = action.pattern.matcher(text);
            if (matcher.matches()) {
                Map<String, JsonNode> members = new TreeMap<>();
                for (int i = 0; i < action.members.size(); i++) {
                    String member = action.members.get(i);
                    String value = matcher.group(i + 1);
                    members.put(
                            member,
                            NUMBERS.contains(member) && value.matches("\\d{1,9}")
                                    ? IntNode.valueOf(Integer.parseInt(value))
                                    : TextNode.valueOf(value));
                }
                return new Found(action.name, Map.copyOf(members));
            }
        }
        return new Found(text, Map.of());
    }

    /** The members that some action has. */
    static Map<String, JsonNode> known(@Nullable Map<String, JsonNode> sent) {
        Map<String, JsonNode> known = new TreeMap<>();
        if (sent != null) {
            sent.forEach((name, value) -> {
                if (MEMBERS.contains(name) && !value.isNull()) {
                    known.put(name, value);
                }
            });
        }
        return Map.copyOf(known);
    }

    /** The words of an action, in the longest form that there are members for; its name alone when it is not in the table. */
    static List<String> write(String name, Map<String, JsonNode> members) {
        return ALL.stream()
                .filter(action -> action.name.equals(name) && members.keySet().containsAll(action.members))
                .findFirst()
                .map(action -> MEMBER.matcher(action.template)
                        .replaceAll(found -> Matcher.quoteReplacement(
                                requireNonNull(members.get(found.group(1))).asText())))
                .map(text -> Words.parse(text).list())
                .orElseGet(() -> Words.parse(name).list());
    }

    /** Refuses an action that is not allowed or lacks a member. */
    static void validate(@Nullable String name, Map<String, JsonNode> members, List<String> allowed) {
        String present = Names.checkPresent("action", name);
        Names.checkOneOf("action", present, allowed);
        members.forEach(
                (member, value) -> (NUMBERS.contains(member) ? Member.NUMBER : Member.TEXT).check(member, value));
        List<TcpAction> forms =
                ALL.stream().filter(action -> action.name.equals(present)).toList();
        if (forms.stream().noneMatch(form -> members.keySet().containsAll(form.members))) {
            forms.getLast().members.stream()
                    .filter(member -> !members.containsKey(member))
                    .findFirst()
                    .ifPresent(member -> {
                        throw DataPlaneException.required(member);
                    });
        }
    }
}
