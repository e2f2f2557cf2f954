package io.kantoku.loadbalancer.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One section of a configuration: the comments that stand above it, its header line and its lines, all as written. Changes
 * give a new section in which every line that was not meant is the same.
 */
public final class Section {
    static final Set<String> KEYWORDS = Set.of(
            "global",
            "defaults",
            "frontend",
            "backend",
            "listen",
            "userlist",
            "peers",
            "resolvers",
            "mailers",
            "cache",
            "program",
            "http-errors",
            "ring",
            "log-forward",
            "fcgi-app",
            "crt-store",
            "traces",
            "log-profile",
            "acme");

    private static final String INDENT = "  ";
    private static final String FROM = "from";
    private static final int FROM_AT = 2;

    private final List<String> leading;
    private final String header;
    private final List<String> body;
    private final String keyword;
    private final String name;
    /** The words of each line, made when first asked for; two threads may both make them. */
    private volatile @Nullable List<Words> words;

    private volatile @Nullable String printed;

    Section(List<String> leading, String header, List<String> body) {
        this.leading = List.copyOf(leading);
        this.header = header;
        this.body = List.copyOf(body);
        Words title = Words.parse(header);
        this.keyword = title.at(0);
        this.name = title.at(1);
    }

    /** A section that is not in a file yet. */
    public static Section create(String keyword, String name) {
        return new Section(
                List.of(""), (name.isEmpty() ? Words.of(keyword) : Words.of(keyword, name)).print(), List.of());
    }

    /** The section with these lines in place of its own. */
    public Section withLines(String... lines) {
        return new Section(
                leading, header, Arrays.stream(lines).map(line -> INDENT + line).toList());
    }

    public String keyword() {
        return keyword;
    }

    /** The name after the keyword, {@code ""} for a section without one. */
    public String name() {
        return name;
    }

    /** The defaults that this section builds on, when its header names them: {@code frontend a from b}. */
    @Nullable
    String from() {
        Words title = Words.parse(header);
        return title.at(FROM_AT).equals(FROM) ? title.at(FROM_AT + 1) : null;
    }

    /** The section with other defaults to build on; those that HAProxy takes by itself when there are none. */
    Section withFrom(@Nullable String defaults) {
        if (Objects.equals(defaults, from())) {
            return this;
        }
        Words title = defaults == null ? Words.of(keyword, name) : Words.of(keyword, name, FROM, defaults);
        return new Section(leading, title.print(), body);
    }

    /** Whether it takes what defaults say. */
    boolean isProxy() {
        return keyword.equals("frontend") || keyword.equals("backend") || keyword.equals("listen");
    }

    boolean is(String otherKeyword, String otherName) {
        return keyword.equals(otherKeyword) && name.equals(otherName);
    }

    /** Its lines. Most sections of a configuration are printed again and again, and few change. */
    String print() {
        String known = printed;
        if (known == null) {
            List<String> lines = new ArrayList<>(leading.size() + body.size() + 1);
            lines.addAll(leading);
            lines.add(header);
            lines.addAll(body);
            known = String.join("\n", lines);
            printed = known;
        }
        return known;
    }

    private List<Words> words() {
        List<Words> known = words;
        if (known == null) {
            known = body.stream().map(Words::parse).toList();
            words = known;
        }
        return known;
    }

    /** The lines that begin with these words, in order. */
    public List<Words> lines(String... prefix) {
        List<Words> found = new ArrayList<>();
        for (Words line : words()) {
            if (line.size() > 0 && line.startsWith(prefix)) {
                found.add(line);
            }
        }
        return found;
    }

    /** The words of the line that follow these, {@code null} when there is no such line. The last one counts, as in HAProxy. */
    public @Nullable Words rest(String... prefix) {
        List<Words> lines = lines(prefix);
        return lines.isEmpty() ? null : lines.getLast().from(prefix.length);
    }

    public @Nullable String value(String... path) {
        Words rest = rest(path);
        return rest == null || rest.size() == 0 ? null : rest.at(0);
    }

    public @Nullable Integer integer(String... path) {
        String value = value(path);
        try {
            return value == null ? null : Integer.valueOf(value);
        } catch (NumberFormatException e) {
            return null; // the line stays as it is; HAProxy itself tells what is wrong with it
        }
    }

    public @Nullable Integer millis(String... path) {
        String value = value(path);
        return value == null ? null : Durations.parseMillis(value);
    }

    /** Whether {@code option x} (true) or {@code no option x} (false) is there. */
    public @Nullable Boolean option(String option) {
        Boolean found = null;
        for (Words line : words()) {
            if (line.startsWith("option", option)) {
                found = true;
            } else if (line.startsWith("no", "option", option)) {
                found = false;
            }
        }
        return found;
    }

    /** Sets the one line that begins with the path to the path and a value; {@code null} removes it. */
    public Section set(@Nullable Object value, String... path) {
        if (value == null) {
            return replaceAll(line -> line.startsWith(path), List.of());
        }
        List<String> line = new ArrayList<>(List.of(path));
        line.add(value.toString());
        return replaceAll(old -> old.startsWith(path), List.of(new Words(line)));
    }

    /** Sets a line without a value. */
    public Section setFlag(boolean there, String... path) {
        return replaceAll(old -> old.startsWith(path), there ? List.of(Words.of(path)) : List.of());
    }

    public Section setOption(@Nullable Boolean value, String option) {
        Predicate<Words> old = w -> w.startsWith("option", option) || w.startsWith("no", "option", option);
        if (value == null) {
            return replaceAll(old, List.of());
        }
        return replaceAll(old, List.of(value ? Words.of("option", option) : Words.of("no", "option", option)));
    }

    /**
     * Puts the new lines where the old ones were, in their order; those that there are more of come after the last old one,
     * or at the end. A line whose words were there before keeps its text with all its blanks and its comment.
     */
    public Section replaceAll(Predicate<Words> old, List<Words> lines) {
        Map<Words, Deque<String>> texts = new HashMap<>();
        List<Words> parsed = words();
        for (int i = 0; i < body.size(); i++) {
            if (parsed.get(i).size() > 0 && old.test(parsed.get(i))) {
                texts.computeIfAbsent(parsed.get(i), w -> new ArrayDeque<>()).add(body.get(i));
            }
        }
        List<String> wanted = new ArrayList<>(lines.size());
        for (Words line : lines) {
            Deque<String> known = texts.get(line);
            wanted.add(known == null || known.isEmpty() ? INDENT + line.print() : known.poll());
        }
        List<String> changed = new ArrayList<>(body.size() + lines.size());
        int next = 0;
        int insertAt = -1;
        for (int i = 0; i < body.size(); i++) {
            if (parsed.get(i).size() == 0 || !old.test(parsed.get(i))) {
                changed.add(body.get(i));
            } else {
                if (next < wanted.size()) {
                    changed.add(wanted.get(next++));
                }
                insertAt = changed.size();
            }
        }
        changed.addAll(insertAt < 0 ? changed.size() : insertAt, wanted.subList(next, wanted.size()));
        return changed.equals(body) ? this : new Section(leading, header, changed);
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof Section s
                && leading.equals(s.leading)
                && header.equals(s.header)
                && body.equals(s.body);
    }

    @Override
    public int hashCode() {
        return header.hashCode() * 31 + body.hashCode();
    }

    @Override
    public String toString() {
        return "Section[" + header + "]";
    }
}
