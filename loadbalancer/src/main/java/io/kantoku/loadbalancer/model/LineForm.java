package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One way to say in a line of the configuration what an object of the API says. The words of the template stand for themselves, but
 * for these:
 *
 * <pre>
 *   {member}           one word; {member~} one that may have blanks in it, {member#} a number, {member$} a size, {member%} a duration
 *   {member*}          one word or more, as few as can be; {member+} as an array
 *   a({member},{more}) several members in one word
 *   [key {member}]     what may be missing; several in a row may be in any order
 *   [member=word]      a member that is true when the word is there
 *   [member: a {b}]    what may be repeated: an array of objects
 * </pre>
 *
 * @param fixed members that tell this form from others, with their values
 */
record LineForm(Map<String, String> fixed, List<Part> parts) {
    LineForm {
        fixed = Map.copyOf(fixed);
        parts = List.copyOf(parts);
    }

    /** A part of a template. */
    sealed interface Part {}

    private record Literal(String word) implements Part {}

    private record Flag(String member, String word) implements Part {}

    /** @param bounded whether it ends before a condition */
    private record Many(String member, ValueType type, boolean bounded) implements Part {}

    /** One word with members in it. */
    private record Word(String template, Pattern pattern, List<Slot> slots) implements Part {}

    private record Options(List<List<Part>> all) implements Part {}

    private record Repeated(String member, List<Part> each) implements Part {}

    /** A member in a word. */
    record Slot(String member, ValueType type) {}

    static final String CONDITION = "cond";
    static final String CONDITION_TEST = "cond_test";
    private static final Set<String> BEGIN_OF_CONDITION = Set.of("if", "unless");

    private static final Pattern TOKEN = Pattern.compile("\\[|]|[^\\s\\[\\]]+");
    private static final Pattern SLOT = Pattern.compile("\\{([\\w-]+)([#%~$]?)}");
    private static final Pattern MANY = Pattern.compile("\\{([\\w-]+)([*+])}");
    private static final Pattern FLAG = Pattern.compile("([\\w-]+)=(\\S+)");

    static LineForm of(Map<String, String> fixed, String template) {
        Deque<String> tokens = new ArrayDeque<>();
        Matcher matcher = TOKEN.matcher(template);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        return new LineForm(fixed, parts(tokens, tokens.contains("{" + CONDITION + "}")));
    }

    private static List<Part> parts(Deque<String> tokens, boolean bounded) {
        List<Part> parts = new ArrayList<>();
        while (!tokens.isEmpty()) {
            String token = tokens.remove();
            if (token.equals("]")) {
                return parts;
            }
            if (!token.equals("[")) {
                parts.add(part(token, bounded));
            } else if (tokens.element().endsWith(":")) {
                String member = tokens.remove();
                parts.add(new Repeated(member.substring(0, member.length() - 1), parts(tokens, bounded)));
            } else {
                List<List<Part>> all = new ArrayList<>();
                if (!parts.isEmpty() && parts.getLast() instanceof Options before) {
                    all.addAll(before.all());
                    parts.removeLast();
                }
                all.add(parts(tokens, bounded));
                parts.add(new Options(all));
            }
        }
        return parts;
    }

    private static Part part(String token, boolean bounded) {
        Matcher many = MANY.matcher(token);
        if (many.matches()) {
            return new Many(
                    many.group(1),
                    ValueType.of(many.group(2)),
                    bounded && !many.group(1).equals(CONDITION_TEST));
        }
        Matcher flag = FLAG.matcher(token);
        if (flag.matches()) {
            return new Flag(flag.group(1), flag.group(2));
        }
        List<Slot> slots = new ArrayList<>();
        StringBuilder regex = new StringBuilder();
        int from = 0;
        Matcher slot = SLOT.matcher(token);
        while (slot.find()) {
            slots.add(new Slot(slot.group(1), ValueType.of(slot.group(2))));
            regex.append(Pattern.quote(token.substring(from, slot.start()))).append("(.+?)");
            from = slot.end();
        }
        regex.append(Pattern.quote(token.substring(from)));
        return slots.isEmpty() ? new Literal(token) : new Word(token, Pattern.compile(regex.toString()), slots);
    }

    /** The members of a line, {@code null} when it is not of this form. */
    @Nullable
    Map<String, JsonNode> read(Words line, BiPredicate<String, String> allowed) {
        Map<String, JsonNode> found = new Reading(line.spelled(), allowed).read(parts);
        if (found != null) {
            fixed.forEach((member, value) -> found.putIfAbsent(member, ValueType.fixed(value)));
        }
        return found;
    }

    /** One attempt to read a line; parts are tried in turn until all words are taken. */
    private record Reading(List<String> words, BiPredicate<String, String> allowed) {
        @Nullable
        Map<String, JsonNode> read(List<Part> parts) {
            Map<String, JsonNode> found = new LinkedHashMap<>();
            return matches(parts, 0, found) ? new TreeMap<>(found) : null;
        }

        private boolean matches(List<Part> parts, int at, Map<String, JsonNode> found) {
            if (parts.isEmpty()) {
                return at == words.size();
            }
            List<Part> rest = parts.subList(1, parts.size());
            return switch (parts.getFirst()) {
                case Literal literal -> is(at, literal.word()) && matches(rest, at + 1, found);
                case Flag flag ->
                    is(at, flag.word())
                            && with(flag.member(), BooleanNode.TRUE, found, () -> matches(rest, at + 1, found));
                case Word word -> at < words.size() && matchesWord(word, at, rest, found);
                case Many many -> matchesMany(many, at, rest, found);
                case Options options -> matchesOptions(options, at, rest, found);
                case Repeated repeated -> matchesRepeated(repeated, at, rest, found);
            };
        }

        private boolean is(int at, String word) {
            return at < words.size() && words.get(at).equals(word);
        }

        private static boolean with(String member, JsonNode value, Map<String, JsonNode> found, BooleanSupplier next) {
            JsonNode before = found.put(member, value);
            if (next.getAsBoolean()) {
                return true;
            }
            if (before == null) {
                found.remove(member);
            } else {
                found.put(member, before);
            }
            return false;
        }

        private boolean matchesWord(Word word, int at, List<Part> rest, Map<String, JsonNode> found) {
            Matcher matcher = word.pattern().matcher(words.get(at));
            if (!matcher.matches()) {
                return false;
            }
            Map<String, JsonNode> inWord = new LinkedHashMap<>(found);
            for (int i = 0; i < word.slots().size(); i++) {
                Slot slot = word.slots().get(i);
                JsonNode value = slot.type().read(matcher.group(i + 1));
                if (value == null || !allowed.test(slot.member(), value.asText())) {
                    return false;
                }
                inWord.put(slot.member(), value);
            }
            if (!matches(rest, at + 1, inWord)) {
                return false;
            }
            found.putAll(inWord);
            return true;
        }

        private boolean matchesMany(Many many, int at, List<Part> rest, Map<String, JsonNode> found) {
            for (int end = at + 1; end <= words.size(); end++) {
                int next = end;
                if (many.bounded() && BEGIN_OF_CONDITION.contains(words.get(end - 1))) {
                    return false;
                }
                JsonNode text = many.type().read(String.join(" ", words.subList(at, end)));
                if (text != null && with(many.member(), text, found, () -> matches(rest, next, found))) {
                    return true;
                }
            }
            return false;
        }

        private boolean matchesOptions(Options options, int at, List<Part> rest, Map<String, JsonNode> found) {
            for (int i = 0; i < options.all().size() && at < words.size(); i++) {
                List<List<Part>> others = new ArrayList<>(options.all());
                List<Part> parts = new ArrayList<>(others.remove(i));
                parts.add(new Options(others));
                parts.addAll(rest);
                if (matches(parts, at, found)) {
                    return true;
                }
            }
            return matches(rest, at, found);
        }

        private boolean matchesRepeated(Repeated repeated, int at, List<Part> rest, Map<String, JsonNode> found) {
            ArrayNode all = ApiJson.object().arrayNode();
            int next = at;
            int length = repeated.each().size();
            while (next + length <= words.size()) {
                Map<String, JsonNode> one =
                        new Reading(words.subList(next, next + length), allowed).read(repeated.each());
                if (one == null) {
                    break;
                }
                ObjectNode object = ApiJson.object();
                one.forEach(object::set);
                all.add(object);
                next += length;
            }
            int end = next;
            return all.isEmpty()
                    ? matches(rest, at, found)
                    : with(repeated.member(), all, found, () -> matches(rest, end, found));
        }
    }

    /** The line that says what these members say, each value as it is spelled. */
    Words write(Map<String, JsonNode> members) {
        List<String> words = new ArrayList<>();
        write(parts, members, words);
        return Words.parse(String.join(" ", words));
    }

    private static void write(List<Part> parts, Map<String, JsonNode> members, List<String> words) {
        for (Part part : parts) {
            switch (part) {
                case Literal literal -> words.add(literal.word());
                case Flag flag -> words.add(flag.word());
                case Many many ->
                    words.add(Words.parse(text(members, many.member())).print());
                case Word word ->
                    words.add(Words.oneWord(SLOT.matcher(word.template())
                            .replaceAll(slot -> Matcher.quoteReplacement(text(members, slot.group(1))))));
                case Options options ->
                    options.all().stream()
                            .filter(one -> missing(one, members) == null)
                            .forEach(one -> write(one, members, words));
                case Repeated repeated ->
                    members.getOrDefault(repeated.member(), ApiJson.object())
                            .forEach(one -> write(repeated.each(), members(one), words));
            }
        }
    }

    /** The members of an object that say something. */
    static Map<String, JsonNode> members(JsonNode object) {
        Map<String, JsonNode> members = new TreeMap<>();
        object.properties().stream()
                .filter(member -> !member.getValue().isNull())
                .forEach(member -> members.put(member.getKey(), member.getValue()));
        return members;
    }

    private static String text(Map<String, JsonNode> members, String member) {
        JsonNode value = members.get(member);
        if (value == null || !value.isArray()) {
            return value == null ? "" : value.asText();
        }
        StringJoiner words = new StringJoiner(" ");
        value.forEach(one -> words.add(Words.oneWord(one.asText())));
        return words.toString();
    }

    private static boolean isTrue(Map<String, JsonNode> members, String member) {
        JsonNode value = members.get(member);
        return value != null && value.asBoolean();
    }

    /** Whether a member says nothing: it is missing, blank or a comment. */
    static boolean isEmpty(Map<String, JsonNode> members, String member) {
        return Words.parse(text(members, member)).size() == 0;
    }

    /** The first member without which the form cannot be written, {@code null} when all are there. */
    @Nullable
    String missing(Map<String, JsonNode> members) {
        return missing(parts, members);
    }

    private static @Nullable String missing(List<Part> parts, Map<String, JsonNode> members) {
        for (Part part : parts) {
            List<String> needed = switch (part) {
                case Flag flag -> isTrue(members, flag.member()) ? List.of() : List.of(flag.member());
                case Many many -> List.of(many.member());
                case Word word -> word.slots().stream().map(Slot::member).toList();
                case Literal _, Options _, Repeated _ -> List.of();
            };
            for (String member : needed) {
                if (part instanceof Flag || isEmpty(members, member)) {
                    return member;
                }
            }
        }
        return null;
    }

    /** Whether no object of this form is without a member. */
    boolean needs(String member) {
        return fixed.containsKey(member)
                || parts.stream().anyMatch(part -> switch (part) {
                    case Many many -> many.member().equals(member);
                    case Word word ->
                        word.slots().stream().anyMatch(slot -> slot.member().equals(member));
                    case Literal _, Flag _, Options _, Repeated _ -> false;
                });
    }

    /** Tells of each member and of what type it is. */
    void describe(Consumer<Slot> member) {
        fixed.forEach((name, value) ->
                member.accept(new Slot(name, ValueType.fixed(value).isBoolean() ? ValueType.BOOLEAN : ValueType.WORD)));
        describe(parts, member);
    }

    private static void describe(List<Part> parts, Consumer<Slot> member) {
        for (Part part : parts) {
            switch (part) {
                case Literal _ -> {}
                case Flag flag -> member.accept(new Slot(flag.member(), ValueType.BOOLEAN));
                case Many many -> member.accept(new Slot(many.member(), many.type()));
                case Word word -> word.slots().forEach(member);
                case Options options -> options.all().forEach(one -> describe(one, member));
                case Repeated repeated -> member.accept(new Slot(repeated.member(), ValueType.OBJECTS));
            }
        }
    }

    /** The members that tell a form from others: {@code type=deny, global=true}. */
    static Map<String, String> fixed(String text) {
        Map<String, String> fixed = new TreeMap<>();
        Arrays.stream(text.split(",")).filter(pair -> !pair.isBlank()).forEach(pair -> {
            int equals = pair.indexOf('=');
            fixed.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        });
        return fixed;
    }
}
