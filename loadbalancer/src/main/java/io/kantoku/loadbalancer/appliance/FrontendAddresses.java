package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The addresses that a configuration listens on. Pure. */
final class FrontendAddresses {
    private FrontendAddresses() {}

    /**
     * One address of a bind line.
     *
     * @param section {@code frontend x} or {@code listen x}
     * @param address as written, without the port; empty for any
     */
    record Listening(String section, String address, int port) {
        /** Whether it would take every address of the host. */
        boolean wildcard() {
            return address.isEmpty() || address.equals("*") || address.equals("0.0.0.0") || address.equals("::");
        }
    }

    /** All of a configuration; Unix sockets and the like are not addresses and are left out. */
    static List<Listening> of(HaproxyConfig config) {
        return Stream.concat(config.sections("frontend").stream(), config.sections("listen").stream())
                .flatMap(section -> section.lines("bind").stream()
                        .flatMap(line -> of(section.keyword() + " " + section.name(), line).stream()))
                .toList();
    }

    /** Those of a bind line: {@code bind 10.0.0.1:80,10.0.0.2:80-82 name x}. */
    static List<Listening> of(String section, Words line) {
        List<Listening> found = new ArrayList<>();
        for (String one : line.at(1).split(",", -1)) {
            if (one.startsWith("/") || (one.contains("@") && !one.startsWith("ipv4@") && !one.startsWith("ipv6@"))) {
                continue;
            }
            String where = one.substring(one.indexOf('@') + 1);
            int colon = where.lastIndexOf(':');
            if (colon < 0) {
                continue; // HAProxy itself tells that the port is missing
            }
            String address = where.substring(0, colon).replace("[", "").replace("]", "");
            String[] ports = where.substring(colon + 1).split("-", 2);
            if (!number(ports[0]) || !number(ports[ports.length - 1])) {
                continue;
            }
            for (int port = Integer.parseInt(ports[0]); port <= Integer.parseInt(ports[ports.length - 1]); port++) {
                found.add(new Listening(section, address, port));
            }
        }
        return found;
    }

    private static boolean number(String text) {
        return !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The configuration without the bind lines that listen on any of these. */
    static HaproxyConfig without(HaproxyConfig config, List<Listening> unusable) {
        if (unusable.isEmpty()) {
            return config;
        }
        HaproxyConfig changed = config;
        for (String keyword : List.of("frontend", "listen")) {
            for (Section section : config.sections(keyword)) {
                String name = section.keyword() + " " + section.name();
                if (unusable.stream().anyMatch(l -> l.section().equals(name))) {
                    changed = changed.with(section.replaceAll(
                            line -> line.startsWith("bind")
                                    && of(name, line).stream().anyMatch(unusable::contains),
                            List.of()));
                }
            }
        }
        return changed;
    }
}
