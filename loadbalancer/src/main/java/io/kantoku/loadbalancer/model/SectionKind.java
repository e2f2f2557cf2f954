package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Objects that are sections of their own: frontends and backends. */
public record SectionKind<T extends NamedObject>(
        String label, Class<T> type, Function<Section, T> read, BiFunction<T, Section, Section> write)
        implements ObjectKind<T> {
    @Override
    public Function<JsonNode, T> convert() {
        return sent -> ApiJson.convert(sent, type);
    }

    @Override
    public List<T> list(HaproxyConfig config, Parent parent) {
        return config.sections(label).stream().map(read).toList();
    }

    @Override
    public T get(HaproxyConfig config, Parent parent, String key) {
        return read.apply(section(config, key));
    }

    private Section section(HaproxyConfig config, String name) {
        return config.section(label, name).orElseThrow(() -> DataPlaneException.notFound(label + " " + name));
    }

    @Override
    public HaproxyConfig add(HaproxyConfig config, Parent parent, T object) {
        if (config.section(label, object.name()).isPresent()) {
            throw DataPlaneException.exists(label + " " + object.name());
        }
        return config.with(write.apply(object, Section.create(label, object.name())));
    }

    @Override
    public HaproxyConfig replace(HaproxyConfig config, Parent parent, String key, T object) {
        if (!object.name().equals(key)) {
            throw DataPlaneException.badRequest(
                    "the " + label + " in the body is called " + object.name() + ", the one in the path " + key + ": a "
                            + label + " cannot be renamed; delete it and create the other");
        }
        return config.with(write.apply(object, section(config, key)));
    }

    @Override
    public HaproxyConfig remove(HaproxyConfig config, Parent parent, String key) {
        section(config, key);
        return config.without(label, key);
    }
}
