package io.kantoku.loadbalancer.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A HAProxy configuration as text in sections, with the Data Plane API's version counter in its first line.
 *
 * <p>The text is the truth: printing what was parsed gives the same text to the letter, and a change touches only the lines
 * of the object that changes. Immutable.
 */
public final class HaproxyConfig {
    private static final Pattern VERSION = Pattern.compile("#\\s*_version\\s*=\\s*(\\d{1,18})\\s*");

    /** Everything before the first section. */
    private final List<String> prelude;

    private final List<Section> sections;
    /** Blank lines and comments after the last section; holds an empty line when the text ends with a line break. */
    private final List<String> epilogue;

    /** Where the first section of a keyword and name is. Never changed, hence shared by configurations of the same order. */
    private final Map<String, Integer> index;

    private HaproxyConfig(
            List<String> prelude, List<Section> sections, List<String> epilogue, Map<String, Integer> index) {
        this.prelude = List.copyOf(prelude);
        this.sections = List.copyOf(sections);
        this.epilogue = List.copyOf(epilogue);
        this.index = index;
    }

    private HaproxyConfig(List<String> prelude, List<Section> sections, List<String> epilogue) {
        this(prelude, sections, epilogue, index(sections));
    }

    private static Map<String, Integer> index(List<Section> sections) {
        Map<String, Integer> index = HashMap.newHashMap(sections.size());
        for (int i = 0; i < sections.size(); i++) {
            index.putIfAbsent(key(sections.get(i).keyword(), sections.get(i).name()), i);
        }
        return index;
    }

    private static String key(String keyword, String name) {
        return keyword + ' ' + name;
    }

    public static HaproxyConfig parse(String text) {
        List<String> prelude = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        List<String> leading = new ArrayList<>();
        String header = null;
        List<String> body = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (Section.KEYWORDS.contains(Words.parse(line).at(0))) {
                List<String> own = header == null ? List.of() : cutTail(body);
                if (header == null) {
                    prelude.addAll(body);
                } else {
                    sections.add(new Section(leading, header, body));
                }
                leading = new ArrayList<>(own);
                header = line;
                body = new ArrayList<>();
            } else {
                body.add(line);
            }
        }
        if (header == null) {
            return new HaproxyConfig(body, sections, List.of());
        }
        List<String> epilogue = cutTail(body);
        sections.add(new Section(leading, header, body));
        return new HaproxyConfig(prelude, sections, epilogue);
    }

    /** Takes the blank lines and the unindented comments off the end of a section: they belong to what follows. */
    private static List<String> cutTail(List<String> body) {
        int end = body.size();
        while (end > 0 && (body.get(end - 1).isBlank() || body.get(end - 1).startsWith("#"))) {
            end--;
        }
        List<String> tail = new ArrayList<>(body.subList(end, body.size()));
        body.subList(end, body.size()).clear();
        return tail;
    }

    public String print() {
        List<String> lines = new ArrayList<>(prelude);
        for (Section section : sections) {
            lines.add(section.print());
        }
        lines.addAll(epilogue);
        return String.join("\n", lines);
    }

    /** The version counter; 1 when the file has none. */
    public long version() {
        Matcher matcher = VERSION.matcher(firstLine());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 1;
    }

    private String firstLine() {
        return prelude.isEmpty() ? "" : prelude.getFirst();
    }

    public HaproxyConfig withVersion(long version) {
        List<String> lines = new ArrayList<>(prelude);
        if (VERSION.matcher(firstLine()).matches()) {
            lines.removeFirst();
        }
        lines.addFirst("# _version=" + version);
        return new HaproxyConfig(lines, sections, epilogue, index);
    }

    /** All sections in their order. */
    public List<Section> sections() {
        return sections;
    }

    /** The configuration with these sections in place of its own. */
    public HaproxyConfig withSections(List<Section> others) {
        return new HaproxyConfig(prelude, others, epilogue);
    }

    public List<Section> sections(String keyword) {
        return sections.stream().filter(s -> s.keyword().equals(keyword)).toList();
    }

    public Optional<Section> section(String keyword, String name) {
        Integer at = index.get(key(keyword, name));
        return at == null ? Optional.empty() : Optional.of(sections.get(at));
    }

    /** The first section of a kind whatever its name: {@code global}, {@code defaults}. */
    public Optional<Section> first(String keyword) {
        return sections.stream().filter(s -> s.keyword().equals(keyword)).findFirst();
    }

    /** Puts the section in the place of the one with its keyword and name, or at the end. */
    public HaproxyConfig with(Section section) {
        List<Section> changed = new ArrayList<>(sections);
        Integer at = index.get(key(section.keyword(), section.name()));
        if (at == null) {
            changed.add(section);
            Map<String, Integer> longer = new HashMap<>(index);
            longer.put(key(section.keyword(), section.name()), sections.size());
            return new HaproxyConfig(prelude, changed, epilogue.isEmpty() ? List.of("") : epilogue, longer);
        }
        changed.set(at, section);
        return new HaproxyConfig(prelude, changed, epilogue, index);
    }

    /** The configuration with sections of its own changed one by one. */
    private HaproxyConfig map(UnaryOperator<Section> change) {
        return withSections(sections.stream().map(change).toList());
    }

    /**
     * Puts new defaults where they are defaults of nobody who does not name them: HAProxy gives the ones that stand last before it to
     * whoever names none.
     */
    HaproxyConfig withDefaults(Section defaults) {
        String base = defaults.from();
        boolean ofAll = sections(defaults.keyword()).stream()
                .reduce((first, last) -> last)
                .filter(last -> last.name().equals(base))
                .isPresent();
        HaproxyConfig pinned = ofAll ? map(s -> s.isProxy() && s.from() == null ? s.withFrom(base) : s) : this;
        List<Section> changed = new ArrayList<>(pinned.sections);
        int at = 0;
        for (int i = 0; i < changed.size(); i++) {
            Section section = changed.get(i);
            if (base == null ? section.keyword().equals("global") : section.is(defaults.keyword(), base)) {
                at = i + 1;
            }
        }
        changed.add(at, defaults);
        return new HaproxyConfig(prelude, changed, epilogue.isEmpty() ? List.of("") : epilogue);
    }

    public HaproxyConfig without(String keyword, String name) {
        List<Section> changed = new ArrayList<>(sections);
        changed.removeIf(s -> s.is(keyword, name));
        return new HaproxyConfig(prelude, changed, epilogue);
    }

    /** Whether both say the same but for the version counter. */
    public boolean sameContent(HaproxyConfig other) {
        return withoutVersion().equals(other.withoutVersion())
                && sections.equals(other.sections)
                && epilogue.equals(other.epilogue);
    }

    private List<String> withoutVersion() {
        return VERSION.matcher(firstLine()).matches() ? prelude.subList(1, prelude.size()) : prelude;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HaproxyConfig c
                && prelude.equals(c.prelude)
                && sections.equals(c.sections)
                && epilogue.equals(c.epilogue);
    }

    @Override
    public int hashCode() {
        return sections.hashCode();
    }

    @Override
    public String toString() {
        return "HaproxyConfig[version " + version() + ", " + sections.size() + " sections]";
    }
}
