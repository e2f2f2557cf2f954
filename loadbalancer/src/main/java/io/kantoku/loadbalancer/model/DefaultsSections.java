package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The sections of defaults by their names. The first that has none is called {@code unnamed_defaults_1}, as the API's own server calls
 * it.
 */
public final class DefaultsSections {
    public static final String KEYWORD = "defaults";

    private static final String UNNAMED = "unnamed_defaults_1";
    private static final String NAME = "name";

    private DefaultsSections() {}

    /** All of them with their names. */
    public static List<ObjectNode> list(HaproxyConfig config) {
        return config.sections(KEYWORD).stream()
                .filter(section -> config.section(KEYWORD, section.name()).equals(Optional.of(section)))
                .map(DefaultsSections::shown)
                .toList();
    }

    /**
     * One of them with its name.
     *
     * @throws DataPlaneException NOT_FOUND
     */
    public static ObjectNode get(HaproxyConfig config, String name) {
        return shown(section(config, name));
    }

    private static ObjectNode shown(Section section) {
        ObjectNode node = (ObjectNode) ApiJson.tree(Defaults.read(section));
        return node.put(NAME, section.name().isEmpty() ? UNNAMED : section.name());
    }

    private static Section section(HaproxyConfig config, String name) {
        return config.section(KEYWORD, inFile(name))
                .orElseThrow(() -> DataPlaneException.notFound(KEYWORD + " " + name));
    }

    /** The section as objects in it name their parent. */
    public static Parent parent(String name) {
        return new Parent(KEYWORD, inFile(name));
    }

    private static String inFile(String name) {
        return name.equals(UNNAMED) ? "" : name;
    }

    /**
     * Adds the section that a client sent.
     *
     * @throws DataPlaneException CONFLICT when there is one of the name in the body, INVALID when there is no name
     */
    public static HaproxyConfig add(HaproxyConfig config, JsonNode sent) {
        String name = Names.check(NAME, sent.path(NAME).asText());
        if (config.section(KEYWORD, inFile(name)).isPresent()) {
            throw DataPlaneException.exists(KEYWORD + " " + name);
        }
        return config.withDefaults(accept(sent).write(Section.create(KEYWORD, name)));
    }

    /**
     * Replaces the members of a section, which keeps its name.
     *
     * @throws DataPlaneException NOT_FOUND
     */
    public static HaproxyConfig replace(HaproxyConfig config, String name, JsonNode sent) {
        return config.with(accept(sent).write(section(config, name)));
    }

    /**
     * Removes a section.
     *
     * @throws DataPlaneException NOT_FOUND
     */
    public static HaproxyConfig remove(HaproxyConfig config, String name) {
        section(config, name);
        return config.without(KEYWORD, inFile(name));
    }

    private static Defaults accept(JsonNode sent) {
        Defaults defaults = ApiJson.convert(sent, Defaults.class);
        defaults.validate();
        return defaults;
    }
}
