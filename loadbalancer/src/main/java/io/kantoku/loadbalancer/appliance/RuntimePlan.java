package io.kantoku.loadbalancer.appliance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The commands that bring a running HAProxy from one model to another. Pure.
 *
 * <p>The order is that of the fields: ports that go do so first, then what is new comes, from the back to the front, and at last
 * servers leave that nobody leads to any more.
 *
 * @param closing takes ports away
 * @param opening adds servers, backends and ports
 * @param leaving servers that get no new connections from now on, and go when they have no more
 * @param slots who has which backend afterwards
 */
record RuntimePlan(List<String> closing, List<String> opening, List<Leaving> leaving, Slots slots) {
    /** A server of the engine's that has to go. */
    record Leaving(String backend, String server) {}

    /** The names of HAProxy's maps. */
    record Maps(String ports, String backends) {}

    /**
     * The plan; empty when it takes a reload.
     *
     * @param leaving servers that are about to go and may be there still
     */
    static Optional<RuntimePlan> of(EngineModel from, EngineModel to, Slots slots, Set<Leaving> leaving, Maps maps) {
        if (!from.fixed().equals(to.fixed())) {
            return Optional.empty();
        }
        Builder builder = new Builder(from, to, slots, leaving, maps);
        return builder.build() ? Optional.of(builder.plan()) : Optional.empty();
    }

    private static final class Builder {
        private final EngineModel from;
        private final EngineModel to;
        private final Slots.Draft draft;
        private final Slots before;
        private final Maps maps;
        private final Predicate<Leaving> stillThere;
        private final List<String> closing = new ArrayList<>();
        private final List<String> servers = new ArrayList<>();
        private final List<String> ports = new ArrayList<>();
        private final List<Leaving> gone = new ArrayList<>();

        Builder(EngineModel from, EngineModel to, Slots slots, Set<Leaving> leaving, Maps maps) {
            this.from = from;
            this.to = to;
            this.before = slots;
            this.draft = slots.draft(leaving.stream().map(Leaving::backend).collect(Collectors.toSet()));
            this.stillThere = leaving::contains;
            this.maps = maps;
        }

        RuntimePlan plan() {
            Slots slots = draft.done();
            List<String> opening = new ArrayList<>(servers);
            List<String> forgetting = new ArrayList<>();
            planNames(EngineText.names(from, before), EngineText.names(to, slots), opening, forgetting);
            opening.addAll(ports);
            opening.addAll(forgetting);
            return new RuntimePlan(closing, opening, gone, slots);
        }

        private void planNames(
                Map<String, String> had, Map<String, String> has, List<String> opening, List<String> forgetting) {
            Map<String, String> different = new TreeMap<>();
            has.forEach((backend, slot) -> {
                if (!slot.equals(had.get(backend))) {
                    different.put(backend, slot);
                }
            });
            different.forEach((backend, slot) -> opening.add((had.containsKey(backend) ? "set" : "add") + " map "
                    + maps.backends() + " " + backend + " " + slot));
            had.keySet().stream()
                    .filter(backend -> !has.containsKey(backend))
                    .sorted()
                    .forEach(backend -> forgetting.add("del map " + maps.backends() + " " + backend));
        }

        /** False when it takes a reload. */
        boolean build() {
            for (PoolableBackend backend : to.pooled().values()) {
                PoolableBackend old = from.pooled().get(backend.name());
                if (backend.equals(old)) {
                    continue;
                }
                String slot = before.taken().get(backend.name());
                boolean possible;
                if (old != null && slot != null && old.shape().equals(backend.shape())) {
                    possible = change(slot, old, backend);
                } else {
                    possible = enter(old, backend);
                }
                if (!possible) {
                    return false;
                }
            }
            for (PoolableBackend backend : to.changeable().values()) {
                PoolableBackend old = from.changeable().get(backend.name());
                if (old == null || (!backend.equals(old) && !change(backend.name(), old, backend))) {
                    return false;
                }
            }
            for (PoolableBackend old : from.pooled().values()) {
                if (!to.pooled().containsKey(old.name())) {
                    draft.release(old.name()).ifPresent(slot -> leave(slot, old));
                }
            }
            planPorts();
            return true;
        }

        private boolean enter(@Nullable PoolableBackend old, PoolableBackend backend) {
            Optional<String> had = draft.release(backend.name());
            Optional<String> slot = draft.take(backend);
            if (slot.isEmpty()) {
                return false;
            }
            backend.servers().values().forEach(server -> servers.addAll(server.add(slot.get())));
            if (had.isPresent() && old != null) {
                leave(had.get(), old);
            }
            return true;
        }

        private void leave(String slot, PoolableBackend backend) {
            backend.servers().keySet().forEach(server -> gone.add(new Leaving(slot, server)));
        }

        /** False when a server would have to go and come again under its name, or has not quite gone yet. */
        private boolean change(String engineName, PoolableBackend old, PoolableBackend backend) {
            for (EngineServer server : backend.servers().values()) {
                EngineServer present = old.servers().get(server.name());
                if (present == null) {
                    if (stillThere.test(new Leaving(engineName, server.name()))) {
                        return false;
                    }
                    servers.addAll(server.add(engineName));
                    continue;
                }
                Optional<List<String>> commands = present.change(engineName, server);
                if (commands.isEmpty()) {
                    return false;
                }
                servers.addAll(commands.get());
            }
            for (String name : old.servers().keySet()) {
                if (!backend.servers().containsKey(name)) {
                    gone.add(new Leaving(engineName, name));
                }
            }
            return true;
        }

        private void planPorts() {
            Map<VipPort, String> different = new TreeMap<>();
            to.ports().forEach((port, backend) -> {
                if (!backend.equals(from.ports().get(port))) {
                    different.put(port, backend);
                }
            });
            different.forEach((port, backend) -> ports.add((from.ports().containsKey(port) ? "set" : "add") + " map "
                    + maps.ports() + " " + port + " " + backend));
            from.ports().keySet().stream()
                    .filter(port -> !to.ports().containsKey(port))
                    .sorted()
                    .forEach(port -> closing.add("del map " + maps.ports() + " " + port));
        }
    }
}
