package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Objects that are lines of a section, told apart by name or by index. */
public record LineKind<T extends ApiObject>(
        String label, Function<JsonNode, T> convert, Predicate<Words> matches, Reader<T> read, Function<T, Words> write)
        implements ObjectKind<T> {

    /** Makes the object of a line. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(int index, Words words);
    }

    static <T extends NamedObject> LineKind<T> named(
            String label, Class<T> type, Predicate<Words> matches, Function<Words, T> read, Function<T, Words> write) {
        return new LineKind<>(
                label, sent -> ApiJson.convert(sent, type), matches, (index, words) -> read.apply(words), write);
    }

    static LineKind<Rule> rules(String label, LineGrammar grammar) {
        return new LineKind<>(
                label,
                sent -> Rule.sent(grammar, sent),
                grammar::matches,
                (index, words) -> Rule.read(grammar, index, words),
                Rule::write);
    }

    @Override
    public List<T> list(HaproxyConfig config, Parent parent) {
        return find(config, parent).map(this::objects).orElse(List.of());
    }

    @Override
    public T get(HaproxyConfig config, Parent parent, String key) {
        List<T> objects = list(config, parent);
        return objects.get(indexOf(objects, parent, key));
    }

    @Override
    public HaproxyConfig add(HaproxyConfig config, Parent parent, T object) {
        Section section = section(config, parent);
        List<T> objects = objects(section);
        List<Words> lines = new ArrayList<>(lines(section));
        switch (object) {
            case NamedObject named -> {
                if (objects.stream()
                        .anyMatch(o -> o instanceof NamedObject n && n.name().equals(named.name()))) {
                    throw DataPlaneException.exists(label + " " + named.name() + " of " + parent);
                }
                lines.add(write.apply(object));
            }
            case Rule indexed -> {
                int index = indexed.index() == null ? lines.size() : indexed.index();
                if (index < 0 || index > lines.size()) {
                    throw DataPlaneException.badRequest(
                            "index " + index + " is out of range: " + parent + " has " + lines.size() + " of " + label);
                }
                lines.add(index, write.apply(object));
            }
            case Defaults _ -> throw new IllegalArgumentException("not a line");
            case Global _ -> throw new IllegalArgumentException("not a line");
        }
        return config.with(section.replaceAll(matches, lines));
    }

    @Override
    public HaproxyConfig replace(HaproxyConfig config, Parent parent, String key, T object) {
        Section section = section(config, parent);
        List<Words> lines = new ArrayList<>(lines(section));
        List<T> objects = objects(section);
        int at = indexOf(objects, parent, key);
        if (object instanceof NamedObject named && !named.name().equals(key)) {
            throw DataPlaneException.badRequest("the " + label + " in the body is called " + named.name()
                    + ", the one in the path " + key + ": names cannot be changed; delete it and create the other");
        }
        if (!object.equals(objects.get(at))) {
            lines.set(at, write.apply(object));
        }
        return config.with(section.replaceAll(matches, lines));
    }

    @Override
    public HaproxyConfig remove(HaproxyConfig config, Parent parent, String key) {
        Section section = section(config, parent);
        List<Words> lines = new ArrayList<>(lines(section));
        lines.remove(indexOf(objects(section), parent, key));
        return config.with(section.replaceAll(matches, lines));
    }

    /** The configuration with these objects in place of all of the parent's. */
    public HaproxyConfig replaceAll(HaproxyConfig config, Parent parent, List<T> objects) {
        return config.with(section(config, parent)
                .replaceAll(matches, objects.stream().map(write).toList()));
    }

    /** The objects in one section. */
    public List<T> objects(Section section) {
        List<Words> lines = lines(section);
        List<T> objects = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            objects.add(read.read(i, lines.get(i)));
        }
        return objects;
    }

    private List<Words> lines(Section section) {
        return section.lines().stream().filter(matches).toList();
    }

    private int indexOf(List<T> objects, Parent parent, String key) {
        for (int i = 0; i < objects.size(); i++) {
            boolean found = switch (objects.get(i)) {
                case NamedObject named -> named.name().equals(key);
                case Rule _ -> String.valueOf(i).equals(key);
                case Defaults _ -> false;
                case Global _ -> false;
            };
            if (found) {
                return i;
            }
        }
        throw DataPlaneException.notFound(label + " " + key + " of " + parent);
    }

    private static Optional<Section> find(HaproxyConfig config, Parent parent) {
        return switch (parent.type()) {
            case "global" -> config.first(parent.type());
            default -> config.section(parent.type(), parent.name());
        };
    }

    private static Section section(HaproxyConfig config, Parent parent) {
        return find(config, parent)
                .orElseThrow(() -> DataPlaneException.badRequest(parent + " does not exist: create it first"));
    }
}
