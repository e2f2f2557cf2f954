package io.kantoku.loadbalancer.dataplane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The engine's counters of one frontend, backend or server, under its configured name.
 *
 * @param type {@code frontend}, {@code backend} or {@code server}
 * @param proxy the frontend or backend
 * @param service the server; {@code FRONTEND} or {@code BACKEND} for the proxy itself
 * @param values by HAProxy's names of them; those without a value are left out
 */
public record Counters(String type, String proxy, String service, Map<String, String> values) {
    private static final List<String> SUMMED =
            List.of("scur", "smax", "stot", "bin", "bout", "ereq", "dreq", "dresp", "econ");

    /** All that the engine has, and one for each frontend that it serves without having it: the sum of its backends. */
    public static List<Counters> of(Realisation engine) {
        EngineView view = engine.view();
        List<Counters> all = new ArrayList<>();
        Map<String, Counters> backends = new HashMap<>();
        for (Counters counters : parse(engine.runtime("show stat"))) {
            String configured = view.configuredNames().get(counters.proxy());
            if (configured == null && counters.proxy().startsWith(view.hidden())) {
                continue;
            }
            Counters known = configured == null
                    ? counters
                    : new Counters(counters.type(), configured, counters.service(), counters.values());
            all.add(known);
            if (known.type().equals("backend")) {
                backends.put(known.proxy(), known);
            }
        }
        view.frontends()
                .forEach((name, names) -> all.add(sum(
                        name,
                        names.stream()
                                .distinct()
                                .filter(backends::containsKey)
                                .map(backends::get)
                                .toList())));
        return all;
    }

    private static Counters sum(String frontend, List<Counters> backends) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String key : SUMMED) {
            long sum =
                    backends.stream().mapToLong(backend -> backend.number(key)).sum();
            values.put(key, String.valueOf(sum));
        }
        values.put("status", "OPEN");
        values.put("mode", "tcp");
        return new Counters("frontend", frontend, "FRONTEND", values);
    }

    /** A value as a number; 0 when there is none. */
    public long number(String key) {
        String value = values.getOrDefault(key, "");
        return value.isEmpty() || value.length() > 18 || !value.chars().allMatch(c -> c >= '0' && c <= '9')
                ? 0
                : Long.parseLong(value);
    }

    private static List<Counters> parse(String csv) {
        List<Counters> all = new ArrayList<>();
        List<String> header = List.of();
        for (String line : csv.lines().toList()) {
            if (line.startsWith("# ")) {
                header = List.of(line.substring(2).split(",", -1));
                continue;
            }
            List<String> values = List.of(line.split(",", -1));
            if (header.isEmpty() || values.size() < 2) {
                continue;
            }
            Map<String, String> byName = new LinkedHashMap<>();
            for (int i = 2; i < Math.min(header.size(), values.size()); i++) {
                if (!values.get(i).isEmpty() && !header.get(i).equals("type")) {
                    byName.put(header.get(i), values.get(i));
                }
            }
            String type = switch (values.get(1)) {
                case "FRONTEND" -> "frontend";
                case "BACKEND" -> "backend";
                default -> "server";
            };
            all.add(new Counters(type, values.get(0), values.get(1), byName));
        }
        return all;
    }
}
