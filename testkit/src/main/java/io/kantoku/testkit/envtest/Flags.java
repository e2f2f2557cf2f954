package io.kantoku.testkit.envtest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A command line in the style of Go's flag packages: {@code --name=value}, {@code --name value}, {@code --switch}, each also
 * with one dash. What is not asked for stays {@link #unread}.
 */
final class Flags {
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final TreeSet<String> unread = new TreeSet<>();

    private Flags() {}

    /** @throws IllegalArgumentException when there is an argument that belongs to no flag */
    static Flags parse(String... arguments) {
        Flags flags = new Flags();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (!argument.startsWith("-")) {
                throw new IllegalArgumentException("unexpected argument " + argument + ": arguments are --NAME=VALUE");
            }
            String text = argument.replaceFirst("^--?", "");
            int equals = text.indexOf('=');
            if (equals >= 0) {
                flags.add(text.substring(0, equals), text.substring(equals + 1));
            } else if (i + 1 < arguments.length && !arguments[i + 1].startsWith("-")) {
                flags.add(text, arguments[++i]);
            } else {
                flags.add(text, "true");
            }
        }
        return flags;
    }

    private void add(String name, String value) {
        values.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
        unread.add(name);
    }

    /** The last value that was given. */
    Optional<String> find(String name) {
        List<String> given = all(name);
        return given.isEmpty() ? Optional.empty() : Optional.of(given.getLast());
    }

    String get(String name, String otherwise) {
        return find(name).orElse(otherwise);
    }

    /** All values of a flag that may be repeated. */
    List<String> all(String name) {
        unread.remove(name);
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** The members of a flag that is a list with commas. */
    List<String> list(String name) {
        return all(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** The names of flags that were given and that nobody has asked for. */
    List<String> unread() {
        return List.copyOf(unread);
    }
}
