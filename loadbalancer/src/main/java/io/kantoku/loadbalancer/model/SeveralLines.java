package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An object that is a member of a section and is written in one line or several, each of which has a {@link LineForm}: the pages of
 * statistics, compression. In a table of text, a line for each form; {@code name: form} is that of lines of which there may be many
 * and which are an array of objects; {@code member = if unless} tells which values a member may have.
 */
final class SeveralLines {
    private static final int BEFORE_NAME = 2;

    private final List<LineForm> once = new ArrayList<>();
    private final Map<String, LineForm> often = new TreeMap<>();
    private final Map<String, List<String>> allowed = new TreeMap<>();
    private final Map<String, ValueType> types = new TreeMap<>();

    private SeveralLines() {}

    static SeveralLines of(String text) {
        SeveralLines lines = new SeveralLines();
        text.lines().forEach(lines::add);
        lines.once.forEach(form -> form.describe(slot -> lines.types.put(slot.member(), slot.type())));
        lines.often.keySet().forEach(member -> lines.types.put(member, ValueType.OBJECTS));
        return lines;
    }

    private void add(String line) {
        String[] words = line.split(" ", BEFORE_NAME + 1);
        if (words[1].equals("=")) {
            allowed.put(words[0], List.of(words[BEFORE_NAME].split(" ")));
        } else if (words[0].endsWith(":")) {
            often.put(
                    words[0].substring(0, words[0].length() - 1),
                    LineForm.of(Map.of(), line.substring(words[0].length()).strip()));
        } else {
            once.add(LineForm.of(Map.of(), line));
        }
    }

    private boolean isAllowed(String member, String value) {
        List<String> values = allowed.get(member);
        return values == null || values.contains(value);
    }

    private @Nullable Map<String, JsonNode> read(LineForm form, Words line) {
        return form.read(line, this::isAllowed);
    }

    /** The object of a section's lines, {@code null} when none of them is one of these. */
    @Nullable
    JsonNode read(Section section) {
        ObjectNode object = ApiJson.object();
        for (Words line : section.lines()) {
            for (LineForm form : once) {
                Map<String, JsonNode> members = read(form, line);
                if (members != null) {
                    members.forEach(object::set);
                }
            }
            often.forEach((member, form) -> {
                Map<String, JsonNode> one = read(form, line);
                if (one != null) {
                    object.withArray("/" + member).add(ApiJson.tree(one));
                }
            });
        }
        return object.isEmpty() ? null : object;
    }

    /** The section with the lines of this object in place of those it had; without any when there is none. */
    Section write(Section section, @Nullable JsonNode object) {
        List<Words> lines = new ArrayList<>();
        if (object != null) {
            Map<String, JsonNode> members = LineForm.members(object);
            once.stream().filter(form -> form.missing(members) == null).forEach(form -> lines.add(form.write(members)));
            often.forEach(
                    (member, form) -> object.path(member).forEach(one -> lines.add(form.write(LineForm.members(one)))));
        }
        return section.replaceAll(this::isOne, lines);
    }

    private boolean isOne(Words line) {
        return once.stream().anyMatch(form -> read(form, line) != null)
                || often.values().stream().anyMatch(form -> read(form, line) != null);
    }

    /** Refuses what the schema does not allow, and members without which another has no line. */
    void check(String name, JsonNode object) {
        Member.type(name, "an object", object.isObject());
        Map<String, JsonNode> members = LineForm.members(object);
        members.forEach((member, value) -> {
            ValueType type = types.get(member);
            if (type != null) {
                type.check(name + "." + member, value);
                Names.checkOneOf(
                        name + "." + member, value.asText(), allowed.getOrDefault(member, List.of(value.asText())));
            }
        });
        for (LineForm form : once) {
            TreeSet<String> own = new TreeSet<>();
            form.describe(slot -> own.add(slot.member()));
            String missing = form.missing(members);
            if (missing != null && own.removeAll(members.keySet()) && own.contains(missing)) {
                throw DataPlaneException.required(name + "." + missing);
            }
        }
    }

    /** A member of sections that is such an object. */
    Member<Section, Section> member(String name) {
        return new Member<>(name, this::check, this::read, this::write);
    }
}
