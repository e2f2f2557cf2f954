package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it is realised: what HAProxy has in its file as it stands, and what is brought into effect while it runs.
 *
 * @param written the sections that HAProxy's file has as they are
 * @param fixed these without the servers that can change at run time; two models that differ here need a reload
 * @param ports where the ports lead that the one listener serves, by name of the backend
 * @param sources whose connections those ports take; all when empty
 * @param pooled the backends that take the place of one in reserve, by name
 * @param changeable the backends of the file whose servers can change, by name
 */
record EngineModel(
        List<Section> written,
        List<Section> fixed,
        Map<VipPort, String> ports,
        Map<VipPort, List<Cidr>> sources,
        Map<String, PoolableBackend> pooled,
        Map<String, PoolableBackend> changeable) {

    /** What has to reach HAProxy, virtual IPs with listeners of their own included. */
    PacketFilter.Served served() {
        Set<String> addresses = new HashSet<>();
        ports.keySet().forEach(port -> addresses.add(port.address()));
        for (Section section : written) {
            if (section.keyword().equals("frontend") || section.keyword().equals("listen")) {
                section.lines("bind")
                        .forEach(line -> FrontendAddresses.of("", line).stream()
                                .map(FrontendAddresses.Listening::address)
                                .filter(Ipv4::is)
                                .forEach(addresses::add));
            }
        }
        return new PacketFilter.Served(sources, addresses);
    }

    /** Reads configurations one after the other, and looks only at sections that it has not seen in the one before. */
    static final class Reader {
        private final boolean intercepting;
        private final List<Cidr> ranges;
        private IdentityHashMap<Section, Parts> known = new IdentityHashMap<>();
        private boolean knownTcp;

        /** What is known of one section. */
        private record Parts(
                Optional<SimpleFrontend> frontend,
                Optional<PoolableBackend> backend,
                @Nullable Section withoutServers) {}

        /** @param ranges the virtual IPs, when the packet filter can lead them to the one listener */
        Reader(Interception interception, List<Cidr> ranges) {
            this.intercepting = interception != Interception.NONE;
            this.ranges = List.copyOf(ranges);
        }

        private boolean virtual(String address) {
            InetAddress literal = InetAddress.ofLiteral(address);
            return ranges.stream().anyMatch(range -> range.contains(literal));
        }

        EngineModel read(HaproxyConfig config) {
            List<Section> defaults = config.sections("defaults");
            boolean tcp =
                    defaults.size() == 1 && "tcp".equals(defaults.getFirst().value("mode"));
            IdentityHashMap<Section, Parts> before = tcp == knownTcp ? known : new IdentityHashMap<>();
            IdentityHashMap<Section, Parts> now = new IdentityHashMap<>();
            for (Section section : config.sections()) {
                Parts parts = before.get(section);
                now.put(section, parts == null ? parts(section, tcp, defaults.size() <= 1) : parts);
            }
            known = now;
            knownTcp = tcp;
            return model(config, now);
        }

        private Parts parts(Section section, boolean tcp, boolean oneDefaults) {
            if (section.keyword().equals("frontend") && intercepting && oneDefaults) {
                return new Parts(SimpleFrontend.of(section, tcp, this::virtual), Optional.empty(), null);
            }
            if (section.keyword().equals("backend") && oneDefaults) {
                Section without = section.replaceAll(line -> line.startsWith("server"), List.of());
                return new Parts(Optional.empty(), PoolableBackend.of(section, tcp), without);
            }
            return new Parts(Optional.empty(), Optional.empty(), null);
        }

        private EngineModel model(HaproxyConfig config, IdentityHashMap<Section, Parts> parts) {
            Set<Section> simple = simple(config, parts);
            Set<String> needed = new HashSet<>();
            for (Section section : config.sections()) {
                if (!simple.contains(section)) {
                    uses(section, needed);
                }
            }
            boolean pooling = intercepting && !needed.contains("");
            List<Section> written = new ArrayList<>();
            List<Section> fixed = new ArrayList<>();
            Map<VipPort, String> ports = new HashMap<>();
            Map<VipPort, List<Cidr>> sources = new HashMap<>();
            Map<String, PoolableBackend> pooled = new HashMap<>();
            Map<String, PoolableBackend> changeable = new HashMap<>();
            for (Section section : config.sections()) {
                Parts known = parts.get(section);
                if (known == null) {
                    throw new IllegalStateException("a section is not known");
                }
                Optional<PoolableBackend> backend = known.backend();
                if (simple.contains(section)) {
                    SimpleFrontend frontend = known.frontend().orElseThrow();
                    for (VipPort port : frontend.ports()) {
                        frontend.backend(port).ifPresent(name -> {
                            ports.put(port, name);
                            sources.put(port, frontend.sources());
                        });
                    }
                } else if (backend.isPresent() && pooling && !needed.contains(section.name())) {
                    pooled.put(section.name(), backend.get());
                } else {
                    written.add(section);
                    Section without = known.withoutServers();
                    boolean free = backend.isPresent() && without != null;
                    fixed.add(free ? without : section);
                    backend.ifPresent(b -> changeable.put(section.name(), b));
                }
            }
            return new EngineModel(written, fixed, ports, sources, pooled, changeable);
        }

        /** The frontends that need not be in the file: simple ones that share no port, and whose backends exist. */
        private static Set<Section> simple(HaproxyConfig config, IdentityHashMap<Section, Parts> parts) {
            Map<VipPort, Integer> uses = new HashMap<>();
            parts.values()
                    .forEach(p -> p.frontend()
                            .ifPresent(
                                    frontend -> frontend.ports().forEach(port -> uses.merge(port, 1, Integer::sum))));
            Set<String> backends = new HashSet<>();
            config.sections().stream()
                    .filter(section -> section.keyword().equals("backend"))
                    .forEach(section -> backends.add(section.name()));
            Set<Section> simple = Collections.newSetFromMap(new IdentityHashMap<>());
            parts.forEach((section, p) -> p.frontend()
                    .filter(frontend -> frontend.ports().stream()
                            .allMatch(port -> Integer.valueOf(1).equals(uses.get(port))))
                    .filter(frontend -> backends(frontend).allMatch(backends::contains))
                    .ifPresent(_ -> simple.add(section)));
            return simple;
        }

        private static Stream<String> backends(SimpleFrontend frontend) {
            return Stream.concat(frontend.backends().values().stream(), frontend.defaultBackend().stream());
        }

        /** The backends that a section names; the empty name when they are only known at run time. */
        private static void uses(Section section, Set<String> needed) {
            if (!section.keyword().equals("frontend")
                    && !section.keyword().equals("listen")
                    && !section.keyword().equals("defaults")) {
                return;
            }
            for (Words line : section.lines()) {
                if (line.at(0).equals("use_backend") || line.at(0).equals("default_backend")) {
                    needed.add(line.at(1).indexOf('%') >= 0 ? "" : line.at(1));
                }
            }
        }
    }
}
