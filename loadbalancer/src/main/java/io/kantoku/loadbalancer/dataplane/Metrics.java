package io.kantoku.loadbalancer.dataplane;

import java.util.List;
import java.util.Map;

/**
 * What the load balancer counts, for Prometheus (text format 0.0.4), under the configured names. The names of the counters of
 * HAProxy are those of its own exporter.
 */
final class Metrics {
    private static final Map<String, String> COUNTERS = Map.of(
            "stot", "sessions_total",
            "bin", "bytes_in_total",
            "bout", "bytes_out_total",
            "econ", "connection_errors_total");
    private static final List<String> ORDER = List.of("stot", "bin", "bout", "econ");

    private final Configuration configuration;
    private final Realisation engine;

    Metrics(Configuration configuration, Realisation engine) {
        this.configuration = configuration;
        this.engine = engine;
    }

    String print() {
        StringBuilder out = new StringBuilder();
        gauge(out, "kantoku_lb_up", "", engine.running() ? 1 : 0);
        gauge(
                out,
                "kantoku_lb_configuration_version",
                "",
                configuration.current().version());
        if (!engine.running()) {
            return out.toString();
        }
        List<Counters> all = Counters.of(engine);
        for (String type : List.of("frontend", "backend", "server")) {
            List<Counters> some = all.stream()
                    .filter(counters -> counters.type().equals(type))
                    .toList();
            for (String key : ORDER) {
                String name = "haproxy_" + type + "_" + COUNTERS.get(key);
                out.append("# TYPE ").append(name).append(" counter\n");
                some.forEach(counters -> line(out, name, labels(counters), counters.number(key)));
            }
            String sessions = "haproxy_" + type + "_current_sessions";
            out.append("# TYPE ").append(sessions).append(" gauge\n");
            some.forEach(counters -> line(out, sessions, labels(counters), counters.number("scur")));
            String up = "haproxy_" + type + "_up";
            out.append("# TYPE ").append(up).append(" gauge\n");
            some.forEach(counters -> line(out, up, labels(counters), up(counters)));
        }
        return out.toString();
    }

    private static long up(Counters counters) {
        String status = counters.values().getOrDefault("status", "");
        return status.startsWith("UP") || status.equals("OPEN") || status.equals("no check") ? 1 : 0;
    }

    private static String labels(Counters counters) {
        String proxy = "{proxy=\"" + counters.proxy() + "\"";
        return counters.type().equals("server") ? proxy + ",server=\"" + counters.service() + "\"}" : proxy + "}";
    }

    private static void gauge(StringBuilder out, String name, String labels, long value) {
        out.append("# TYPE ").append(name).append(" gauge\n");
        line(out, name, labels, value);
    }

    private static void line(StringBuilder out, String name, String labels, long value) {
        out.append(name).append(labels).append(' ').append(value).append('\n');
    }
}
