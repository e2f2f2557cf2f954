package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What lines of a kind and objects of the API have to do with each other: the {@link LineForm}s in which such a line can be written,
 * and what values the members may have.
 *
 * <p>Written as text, a line for each form ({@code type=deny | deny [deny_status {deny_status#}]}, without the keyword of all; after
 * a {@code ^} with it) and for each member of which not every value is allowed ({@code cond = if unless}, {@code port = 1..65535},
 * {@code mark_value = /[0-9]+/}). A form that is fixed by {@code *} is that of lines which are shown and kept, and which the API
 * does not write. Where there is a {@code cond}, each form ends with a condition.
 */
public final class LineGrammar {
    private static final Pattern VALUES = Pattern.compile("([\\w-]+) = (.*)");
    private static final Pattern RANGE = Pattern.compile("(-?\\d+)\\.\\.(\\d+)");
    private static final String KEPT = "*";

    private final String keyword;
    private final List<Words> keywords = new ArrayList<>();
    private final List<LineForm> forms = new ArrayList<>();
    private final Map<String, Member.Check> checks = new TreeMap<>();
    private final Map<String, List<String>> allowed = new TreeMap<>();
    private final Map<String, ValueType> types = new TreeMap<>();
    private final List<LineForm> kept = new ArrayList<>();

    private LineGrammar(String keyword) {
        this.keyword = keyword;
        keywords.add(Words.parse(keyword));
    }

    /** @param keyword the words that each line begins with */
    static LineGrammar of(String keyword, String text) {
        LineGrammar grammar = new LineGrammar(keyword);
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        lines.stream()
                .map(VALUES::matcher)
                .filter(Matcher::matches)
                .forEach(values -> grammar.allow(values.group(1), values.group(2)));
        lines.stream().filter(line -> !VALUES.matcher(line).matches()).forEach(grammar::add);
        grammar.forms.forEach(form -> form.describe(slot -> grammar.types.put(slot.member(), slot.type())));
        grammar.allowWhatIsFixed();
        return grammar;
    }

    private void add(String line) {
        int bar = line.indexOf('|');
        String fixed = line.substring(0, bar).strip();
        String template = line.substring(bar + 1).strip();
        if (template.startsWith("^")) {
            template = template.substring(1);
            keywords.add(Words.parse(template));
        } else {
            template = keyword + " " + template;
        }
        if (allowed.containsKey(LineForm.CONDITION)) {
            template += " [{cond} {cond_test*}]";
        }
        if (fixed.equals(KEPT)) {
            kept.add(LineForm.of(Map.of(), template));
        } else {
            forms.add(LineForm.of(LineForm.fixed(fixed), template));
        }
    }

    /** A member that tells all forms from one another has one of their values. */
    private void allowWhatIsFixed() {
        for (String member : forms.getFirst().fixed().keySet()) {
            List<String> values = values(member);
            if (forms.stream().allMatch(form -> form.fixed().containsKey(member))) {
                checks.put(member, (name, value) -> Names.checkOneOf(name, value.asText(), values));
            }
        }
    }

    private void allow(String member, String values) {
        Matcher range = RANGE.matcher(values);
        if (range.matches()) {
            int least = Integer.parseInt(range.group(1));
            int most = Integer.parseInt(range.group(2));
            checks.put(member, (name, value) -> Names.checkRange(name, value.intValue(), least, most));
        } else if (values.startsWith("/")) {
            Pattern pattern = Pattern.compile(values.substring(1, values.length() - 1));
            checks.put(member, (name, value) -> {
                if (!pattern.matcher(value.asText()).matches()) {
                    throw DataPlaneException.pattern(name, "^" + pattern.pattern() + "$");
                }
            });
        } else {
            List<String> words = List.of(values.split(" "));
            allowed.put(member, words);
            checks.put(member, (name, value) -> Names.checkOneOf(name, value.asText(), words));
        }
    }

    /** Whether a line is of this kind. */
    boolean matches(Words line) {
        return keywords.stream()
                .anyMatch(words -> line.size() >= words.size()
                        && line.list().subList(0, words.size()).equals(words.list()));
    }

    /** The members of a line; none when it is of a form that the API does not know. */
    Map<String, JsonNode> read(Words line) {
        for (List<LineForm> some : List.of(forms, kept)) {
            for (LineForm form : some) {
                Map<String, JsonNode> members = form.read(line, this::isAllowed);
                if (members != null) {
                    return members;
                }
            }
        }
        return Map.of();
    }

    private boolean isAllowed(String member, String value) {
        List<String> values = allowed.get(member);
        return values == null || values.contains(value);
    }

    /** Of what was sent what is known here; the rest is passed over, as the API's own server does. */
    Map<String, JsonNode> known(JsonNode sent) {
        Map<String, JsonNode> known = new TreeMap<>();
        for (String member : types.keySet()) {
            JsonNode value = sent.get(member);
            if (value != null && !value.isNull()) {
                known.put(member, value);
            }
        }
        return known;
    }

    /** The line of an object that has been validated. */
    Words write(Map<String, JsonNode> members) {
        return form("", members).write(members);
    }

    /**
     * Refuses what the schema does not allow and what no line can say.
     *
     * @param prefix of members in messages
     * @throws DataPlaneException INVALID, BAD_REQUEST when a member is of the wrong type
     */
    void validate(String prefix, Map<String, JsonNode> members) {
        members.forEach((member, value) -> {
            ValueType type = types.get(member);
            if (type != null) {
                type.check(prefix + member, value);
            }
            Member.Check check = checks.get(member);
            if (check != null) {
                check.check(prefix + member, value);
            }
        });
        if (members.containsKey(LineForm.CONDITION) && LineForm.isEmpty(members, LineForm.CONDITION_TEST)) {
            throw missing(prefix, LineForm.CONDITION_TEST);
        }
        form(prefix, members);
    }

    /** The first form that has a place for all that tells forms apart, and for which no member is missing. */
    private LineForm form(String prefix, Map<String, JsonNode> members) {
        List<LineForm> fitting =
                forms.stream().filter(form -> fits(form, members)).toList();
        if (fitting.isEmpty()) {
            throw unknown(prefix, members);
        }
        return fitting.stream()
                .filter(form -> form.missing(members) == null)
                .findFirst()
                .orElseThrow(
                        () -> missing(prefix, String.valueOf(fitting.getLast().missing(members))));
    }

    /** What each object must have is a matter of the schema, what some must have is one of this object. */
    private DataPlaneException missing(String prefix, String member) {
        return forms.stream().allMatch(form -> form.needs(member))
                ? DataPlaneException.required(prefix + member)
                : DataPlaneException.badRequest(
                        prefix + member + " is missing: what is described here cannot be written without");
    }

    private static boolean fits(LineForm form, Map<String, JsonNode> members) {
        return form.fixed().entrySet().stream()
                .allMatch(entry -> members.containsKey(entry.getKey())
                        && entry.getValue().equals(members.get(entry.getKey()).asText()));
    }

    private DataPlaneException unknown(String prefix, Map<String, JsonNode> members) {
        TreeSet<String> telling = new TreeSet<>();
        forms.forEach(form -> telling.addAll(form.fixed().keySet()));
        for (String member : telling.descendingSet()) {
            if (!members.containsKey(member)) {
                return missing(prefix, member);
            }
        }
        String member = telling.first();
        return DataPlaneException.notOneOf(prefix + member, values(member));
    }

    private List<String> values(String member) {
        return forms.stream()
                .map(form -> form.fixed().get(member))
                .filter(value -> value != null)
                .distinct()
                .toList();
    }

    /** The object of a line, {@code null} when it is of a form that the API does not know. */
    @Nullable
    JsonNode object(Words line) {
        ObjectNode object = ApiJson.object();
        read(line).forEach(object::set);
        return object.isEmpty() ? null : object;
    }
}
