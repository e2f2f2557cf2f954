package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A frontend that does nothing but lead ports of virtual IPs to backends, perhaps for some clients only: one that is served
 * without HAProxy having a frontend for it. Pure.
 *
 * @param ports where it listens
 * @param backends by port
 * @param defaultBackend of the other ports; empty for none
 * @param sources whose connections are taken; all are when empty
 */
record SimpleFrontend(
        String name,
        List<VipPort> ports,
        Map<Integer, String> backends,
        Optional<String> defaultBackend,
        List<Cidr> sources) {
    /**
     * Reads a frontend; empty when it does more.
     *
     * @param tcp whether frontends are in TCP mode that do not say otherwise
     * @param virtual whether an address is a virtual IP
     */
    static Optional<SimpleFrontend> of(Section section, boolean tcp, Predicate<String> virtual) {
        boolean inTcpMode = tcp;
        boolean closed = false;
        List<VipPort> ports = new ArrayList<>();
        Map<Integer, String> backends = new HashMap<>();
        Optional<String> defaultBackend = Optional.empty();
        List<Cidr> sources = new ArrayList<>();
        for (Words line : section.lines()) {
            switch (line.at(0)) {
                case "mode" -> inTcpMode = line.at(1).equals("tcp");
                case "bind" -> {
                    Optional<VipPort> port = port(line).filter(p -> virtual.test(p.address()));
                    if (port.isEmpty()) {
                        return Optional.empty();
                    }
                    ports.add(port.get());
                }
                case "use_backend" -> {
                    Optional<Integer> port = condition(line);
                    if (port.isEmpty()) {
                        return Optional.empty();
                    }
                    backends.putIfAbsent(port.get(), line.at(1));
                }
                case "default_backend" -> defaultBackend = Optional.of(line.at(1));
                case "tcp-request" -> {
                    if (line.startsWith("tcp-request", "connection", "reject") && line.size() == 3) {
                        closed = true;
                    } else if (closed || !source(line, sources)) {
                        return Optional.empty();
                    }
                }
                default -> {
                    if (!harmless(line)) {
                        return Optional.empty();
                    }
                }
            }
        }
        boolean everybody = !closed;
        if (!inTcpMode || (closed && sources.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new SimpleFrontend(
                section.name(),
                List.copyOf(ports),
                Map.copyOf(backends),
                defaultBackend,
                everybody ? List.of() : List.copyOf(sources)));
    }

    private static boolean harmless(Words line) {
        return line.startsWith("option", "tcplog")
                || line.startsWith("option", "dontlognull")
                || line.startsWith("log", "global")
                || line.startsWith("log-tag")
                || line.startsWith("description");
    }

    /** {@code bind 10.0.0.1:80 name x}. */
    private static Optional<VipPort> port(Words line) {
        for (int i = 2; i < line.size(); i++) {
            if (line.at(i).equals("name")) {
                i++;
            } else if (!line.at(i).equals("transparent")) {
                return Optional.empty();
            }
        }
        List<FrontendAddresses.Listening> all = FrontendAddresses.of("", line);
        boolean one = all.size() == 1 && Ipv4.is(all.getFirst().address());
        return one
                ? Optional.of(
                        new VipPort(all.getFirst().address(), all.getFirst().port()))
                : Optional.empty();
    }

    /** {@code use_backend b if { dst_port 80 }}. */
    private static Optional<Integer> condition(Words line) {
        boolean byPort = line.size() == 7
                && line.at(2).equals("if")
                && line.at(3).equals("{")
                && line.at(4).equals("dst_port")
                && line.at(6).equals("}");
        String port = line.at(5);
        return byPort && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Optional.of(Integer.valueOf(port))
                : Optional.empty();
    }

    /** {@code tcp-request connection accept if { src 10.0.0.0/8 }}. */
    private static boolean source(Words line, List<Cidr> sources) {
        boolean accepts = line.startsWith("tcp-request", "connection", "accept", "if", "{", "src")
                && line.at(line.size() - 1).equals("}");
        if (!accepts) {
            return false;
        }
        for (String network : line.list().subList(6, line.size() - 1)) {
            Optional<Cidr> parsed = Ipv4.network(network);
            if (parsed.isEmpty()) {
                return false;
            }
            sources.add(parsed.get());
        }
        return true;
    }

    /** Where connections to one of its ports go. */
    Optional<String> backend(VipPort port) {
        String own = backends.get(port.port());
        return own == null ? defaultBackend : Optional.of(own);
    }
}
