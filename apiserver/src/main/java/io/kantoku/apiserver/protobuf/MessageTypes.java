package io.kantoku.apiserver.protobuf;

import io.kantoku.apimachinery.GroupVersionKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The messages of the Kubernetes API by name, for example {@code apps.v1.Deployment}; read from a table on first use. */
final class MessageTypes {
    private static final Map<String, Map<Integer, Field>> TYPES = load();

    /** The form of a field. */
    enum Shape {
        ONE,
        LIST,
        MAP
    }

    /**
     * One field of a message.
     *
     * @param name in JSON
     * @param inline whether the members of the value stand in the object itself
     * @param keepZero whether a zero or empty value says something
     * @param type a scalar, a message, or one of the types that have a JSON form of their own
     */
    record Field(String name, boolean inline, boolean keepZero, Shape shape, String type) {}

    private MessageTypes() {}

    /** The fields of a message by number; null when the name is not that of a message. */
    static @Nullable Map<Integer, Field> fields(String type) {
        return TYPES.get(type);
    }

    /** The message of a kind; empty when there is none. */
    static Optional<String> of(GroupVersionKind kind) {
        if (kind.kind().endsWith("Options")) {
            return Optional.of("meta.v1." + kind.kind()).filter(TYPES::containsKey);
        }
        String group = kind.group().isEmpty() ? "core" : kind.group().split("\\.", 2)[0];
        return Optional.of(group + "." + kind.version() + "." + kind.kind())
                .filter(TYPES::containsKey)
                .or(() -> shared(kind));
    }

    /** Kinds of no group's own: Status, and the metadata of any object. */
    private static Optional<String> shared(GroupVersionKind kind) {
        return kind.group().isEmpty() || kind.group().equals("meta.k8s.io")
                ? Optional.of("meta.v1." + kind.kind()).filter(TYPES::containsKey)
                : Optional.empty();
    }

    private static Map<String, Map<Integer, Field>> load() {
        try (InputStream in =
                        Objects.requireNonNull(MessageTypes.class.getResourceAsStream("messages.txt"), "messages.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            Map<String, Map<Integer, Field>> types = new HashMap<>();
            Map<Integer, Field> fields = new HashMap<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(" ")) {
                    String[] words = line.strip().split(" ", 3);
                    fields.put(Integer.valueOf(words[0]), field(words[1], words[2]));
                } else if (!line.startsWith("#")) {
                    fields = new HashMap<>();
                    types.put(line.strip(), fields);
                }
            }
            return Map.copyOf(types);
        } catch (IOException e) {
            throw new UncheckedIOException("the table of protobuf messages could not be read", e);
        }
    }

    private static Field field(String name, String written) {
        boolean plain = written.endsWith("!");
        String type = plain ? written.substring(0, written.length() - 1) : written;
        boolean pointer = type.startsWith("*");
        Shape shape = type.startsWith("[]") ? Shape.LIST : type.startsWith("{}") ? Shape.MAP : Shape.ONE;
        String bare = type.replaceFirst("^(\\*|\\[]|\\{})", "").replaceFirst("^\\*", "");
        return new Field(name.intern(), name.equals(">"), pointer || plain, shape, bare.intern());
    }
}
