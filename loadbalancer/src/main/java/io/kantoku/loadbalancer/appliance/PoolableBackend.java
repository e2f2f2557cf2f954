package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A backend whose servers can change while HAProxy runs. Pure.
 *
 * @param servers by name
 */
record PoolableBackend(String name, Shape shape, Map<String, EngineServer> servers) {
    private static final Set<String> DYNAMIC = Set.of("roundrobin", "leastconn", "first", "random");
    private static final Set<String> SHAPING = Set.of(
            "balance",
            "hash-type",
            "timeout",
            "retries",
            "fullconn",
            "default-server",
            "tcp-check",
            "http-check",
            "stick-table",
            "stick");
    /** What makes no difference to what is served. */
    private static final Set<String> PASSED_OVER = Set.of("log-tag", "description", "load-server-state-from-file");

    private static final Set<String> OPTIONS =
            Set.of("tcp-check", "httpchk", "redispatch", "srvtcpka", "tcpka", "log-health-checks");

    /**
     * All of a backend but its name and its servers: backends of one shape can stand in for each other.
     *
     * @param lines without comments; settings sorted, because their order means nothing, and then the steps in theirs
     */
    record Shape(List<String> lines) {
        Shape {
            lines = Stream.concat(
                            lines.stream().filter(line -> !isStep(line)).sorted(),
                            lines.stream().filter(Shape::isStep))
                    .toList();
        }

        private static boolean isStep(String line) {
            return line.startsWith("tcp-check ") || line.startsWith("http-check ") || line.startsWith("stick ");
        }

        /** Part of the names of the backends that HAProxy has in reserve. */
        String id() {
            return "%08x".formatted(String.join("\n", lines).hashCode());
        }
    }

    /**
     * Reads a backend; empty when only a reload can change its servers.
     *
     * @param tcp whether backends are in TCP mode that do not say otherwise
     */
    static Optional<PoolableBackend> of(Section section, boolean tcp) {
        Words defaultServer = section.rest("default-server");
        List<String> defaults = defaultServer == null ? List.of() : defaultServer.list();
        boolean inTcpMode = tcp;
        boolean consistent = false;
        String algorithm = "roundrobin";
        List<String> shape = new ArrayList<>();
        Map<String, EngineServer> servers = new LinkedHashMap<>();
        for (Words line : section.lines()) {
            String keyword = line.at(0);
            if (keyword.equals("server")) {
                Optional<EngineServer> server = EngineServer.of(line, defaults);
                if (server.isEmpty() || servers.put(server.get().name(), server.get()) != null) {
                    return Optional.empty();
                }
            } else if (keyword.equals("mode")) {
                inTcpMode = line.at(1).equals("tcp");
            } else if (SHAPING.contains(keyword) || isOption(line)) {
                shape.add(line.print());
                algorithm = keyword.equals("balance") ? line.at(1) : algorithm;
                consistent |= keyword.equals("hash-type") && line.at(1).equals("consistent");
            } else if (!PASSED_OVER.contains(keyword)) {
                return Optional.empty();
            }
        }
        boolean dynamic = algorithm.equals("source") ? consistent : DYNAMIC.contains(algorithm);
        if (!inTcpMode || !dynamic) {
            return Optional.empty();
        }
        return Optional.of(new PoolableBackend(section.name(), new Shape(shape), servers));
    }

    private static boolean isOption(Words line) {
        return line.at(0).equals("option")
                ? OPTIONS.contains(line.at(1))
                : line.startsWith("no", "option") && OPTIONS.contains(line.at(2));
    }
}
