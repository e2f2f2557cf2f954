package io.kantoku.loadbalancer.appliance;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a running HAProxy itself says that it serves. */
record RunningState(UnaryOperator<String> runtime, RuntimePlan.Maps maps) {
    /** Whether that is what a model says. */
    boolean matches(EngineModel model, Slots slots) {
        boolean sameMaps = slots.sizes().isEmpty()
                || (map(maps.ports()).equals(texts(model.ports()))
                        && map(maps.backends()).equals(EngineText.names(model, slots)));
        Set<String> wanted = wanted(model, slots);
        Set<String> running = servers();
        return sameMaps && running.containsAll(wanted) && onlyWanted(running, wanted, model, slots);
    }

    private static Map<String, String> texts(Map<VipPort, String> ports) {
        Map<String, String> texts = new HashMap<>();
        ports.forEach((port, backend) -> texts.put(port.toString(), backend));
        return texts;
    }

    private Map<String, String> map(String name) {
        Map<String, String> entries = new HashMap<>();
        for (String line : runtime.apply("show map " + name).lines().toList()) {
            String[] words = line.split(" ", 3); // reference, key, value
            if (words.length == 3) {
                entries.put(words[1], words[2]);
            }
        }
        return entries;
    }

    private static boolean onlyWanted(Set<String> running, Set<String> wanted, EngineModel model, Slots slots) {
        Set<String> ours = new HashSet<>(model.changeable().keySet());
        slots.sizes().forEach((shape, size) -> {
            for (int i = 0; i < size; i++) {
                ours.add(Slots.name(shape, i));
            }
        });
        return running.stream()
                .filter(server -> ours.contains(server.substring(0, server.indexOf(' '))))
                .allMatch(wanted::contains);
    }

    private static Set<String> wanted(EngineModel model, Slots slots) {
        Set<String> wanted = new HashSet<>();
        model.pooled().forEach((name, backend) -> add(slots.taken().getOrDefault(name, name), backend, wanted));
        model.changeable().forEach((name, backend) -> add(name, backend, wanted));
        return wanted;
    }

    private static void add(String engineName, PoolableBackend backend, Set<String> wanted) {
        for (EngineServer server : backend.servers().values()) {
            wanted.add(text(engineName, server.name(), server.address(), "" + server.port(), "" + server.weight()));
        }
    }

    private static String text(String... words) {
        return String.join(" ", words);
    }

    private Set<String> servers() {
        Set<String> servers = new HashSet<>();
        List<String> header = List.of();
        for (String line : runtime.apply("show servers state").lines().toList()) {
            if (line.startsWith("# ")) {
                header = List.of(line.substring(2).split(" ", -1));
                continue;
            }
            List<String> values = List.of(line.split(" ", -1));
            if (values.size() == header.size()) {
                servers.add(text(
                        values.get(header.indexOf("be_name")),
                        values.get(header.indexOf("srv_name")),
                        values.get(header.indexOf("srv_addr")),
                        values.get(header.indexOf("srv_port")),
                        values.get(header.indexOf("srv_uweight"))));
            }
        }
        return servers;
    }
}
