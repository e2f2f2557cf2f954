package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.PoolableBackend.Shape;
import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.loadbalancer.dataplane.EngineView;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What HAProxy reads: the configuration with the one listener and the backends in reserve in place of what they serve, and with
 * our command socket in any case. Pure.
 *
 * @param config of HAProxy
 * @param portsMap which port leads to which configured backend
 * @param backendsMap which of those is which backend of HAProxy's
 */
record EngineText(String config, String portsMap, String backendsMap) {
    static final String LISTENER = "kantoku-vips";

    /** As the usual format of TCP logs, with the name of the configured backend in place of the frontend's. */
    private static final String LOG_FORMAT =
            "%ci:%cp [%t] %[var(sess.backend)] %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";

    static EngineText of(
            HaproxyConfig config, EngineModel model, Slots slots, Interception interception, ApplianceFiles files) {
        List<Section> sections = new ArrayList<>(model.written());
        if (interception != Interception.NONE) {
            sections.add(listener(interception, files));
            Map<String, PoolableBackend> bySlot = new HashMap<>();
            slots.taken().forEach((name, slot) -> bySlot.put(slot, backend(model, name)));
            slots.sizes().forEach((shape, size) -> {
                for (int i = 0; i < size; i++) {
                    String name = Slots.name(shape, i);
                    sections.add(slot(name, shape, bySlot.get(name)));
                }
            });
        }
        StringBuilder ports = new StringBuilder();
        new TreeMap<>(model.ports())
                .forEach((port, backend) ->
                        ports.append(port).append(' ').append(backend).append('\n'));
        StringBuilder backends = new StringBuilder();
        new TreeMap<>(names(model, slots))
                .forEach((backend, slot) ->
                        backends.append(backend).append(' ').append(slot).append('\n'));
        return new EngineText(
                withSettings(config.withSections(sections), files).print(), ports.toString(), backends.toString());
    }

    void writeTo(ApplianceFiles files) throws IOException {
        DurableFile.writeDerived(files.portsMap(), portsMap);
        DurableFile.writeDerived(files.backendsMap(), backendsMap);
        DurableFile.writeDerived(files.engine(), config);
    }

    private static PoolableBackend backend(EngineModel model, String name) {
        PoolableBackend backend = model.pooled().get(name);
        if (backend == null) {
            throw new IllegalStateException("backend " + name + " has a slot and is not configured");
        }
        return backend;
    }

    /** The engine's backend of each that a port may lead to: a slot, or one of the file under its own name. */
    static Map<String, String> names(EngineModel model, Slots slots) {
        Map<String, String> names = new HashMap<>(slots.taken());
        model.ports().values().forEach(backend -> names.putIfAbsent(backend, backend));
        return names;
    }

    /** How what is configured is called in this text. */
    static EngineView view(HaproxyConfig config, EngineModel model, Slots slots, RuntimePlan.Maps maps) {
        Map<String, String> reverse = new HashMap<>();
        slots.taken().forEach((name, slot) -> reverse.put(slot, name));
        Set<Section> written = Collections.newSetFromMap(new IdentityHashMap<>());
        written.addAll(model.written());
        Map<String, List<String>> frontends = new HashMap<>();
        for (Section section : config.sections("frontend")) {
            if (!written.contains(section)) {
                List<String> backends = new ArrayList<>();
                section.lines("use_backend").forEach(line -> backends.add(line.at(1)));
                section.lines("default_backend").forEach(line -> backends.add(line.at(1)));
                frontends.put(section.name(), List.copyOf(backends));
            }
        }
        return new EngineView(
                slots.taken(),
                Map.copyOf(reverse),
                Slots.PREFIX,
                Set.of(maps.ports(), maps.backends()),
                Map.copyOf(frontends));
    }

    private static Section listener(Interception interception, ApplianceFiles files) {
        String transparent = interception == Interception.TPROXY ? " transparent" : "";
        return Section.create("frontend", LISTENER)
                .withLines(
                        "mode tcp",
                        "bind " + interception.listener() + transparent + " name " + LISTENER,
                        "log global",
                        "log-format " + Words.quote(LOG_FORMAT),
                        "tcp-request connection set-var-fmt(sess.vip) %[dst]:%[dst_port]",
                        "tcp-request connection set-var(sess.backend) var(sess.vip),map_str(" + files.portsMap() + ")",
                        "tcp-request connection set-var(sess.slot) var(sess.backend),map_str(" + files.backendsMap()
                                + ")",
                        "tcp-request connection reject unless { var(sess.slot) -m found }",
                        "use_backend %[var(sess.slot)]");
    }

    private static Section slot(String name, Shape shape, @Nullable PoolableBackend taken) {
        List<String> lines = new ArrayList<>();
        if (taken != null) {
            lines.add("# backend " + taken.name());
        }
        lines.add("mode tcp");
        lines.addAll(shape.lines());
        lines.add("load-server-state-from-file global");
        if (taken != null) {
            taken.servers().values().forEach(server -> lines.add(line(server)));
        }
        return Section.create("backend", name).withLines(lines.toArray(String[]::new));
    }

    private static String line(EngineServer server) {
        List<String> words = new ArrayList<>(List.of(
                "server", server.name(), server.address() + ":" + server.port(), "weight", "" + server.weight()));
        words.addAll(server.parameters());
        if (server.disabled()) {
            words.add("disabled");
        }
        return new Words(words).print();
    }

    private static HaproxyConfig withSettings(HaproxyConfig config, ApplianceFiles files) {
        Section global = config.first("global").orElseGet(() -> Section.create("global", ""));
        String socket = files.statsSocket().toString();
        if (global.lines("stats", "socket", socket).isEmpty()) {
            List<Words> sockets = new ArrayList<>(global.lines("stats", "socket"));
            sockets.add(Words.of("stats", "socket", socket, "mode", "600", "level", "admin"));
            global = global.replaceAll(line -> line.startsWith("stats", "socket"), sockets);
        }
        if (global.lines("server-state-file").isEmpty()) {
            global = global.replaceAll(
                    line -> line.startsWith("server-state-file"),
                    List.of(Words.of("server-state-file", files.serverStates().toString())));
        }
        HaproxyConfig changed = config.with(global);
        for (Section defaults : config.sections("defaults")) {
            if (defaults.lines("load-server-state-from-file").isEmpty()) {
                changed = changed.with(defaults.replaceAll(
                        line -> line.startsWith("load-server-state-from-file"),
                        List.of(Words.of("load-server-state-from-file", "global"))));
            }
        }
        return changed;
    }
}
