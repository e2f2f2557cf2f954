package io.kantoku.loadbalancer.model;

/** The two sections that there is one of. */
public final class Singletons {
    private Singletons() {}

    public static Global global(HaproxyConfig config) {
        return Global.read(section(config, "global"));
    }

    public static HaproxyConfig withGlobal(HaproxyConfig config, Global global) {
        return config.with(global.write(section(config, "global")));
    }

    public static Defaults defaults(HaproxyConfig config) {
        return Defaults.read(section(config, "defaults"));
    }

    public static HaproxyConfig withDefaults(HaproxyConfig config, Defaults defaults) {
        return config.with(defaults.write(section(config, "defaults")));
    }

    private static Section section(HaproxyConfig config, String keyword) {
        return config.first(keyword).orElseGet(() -> Section.create(keyword, ""));
    }
}
