package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.FrontendAddresses.Listening;
import io.kantoku.loadbalancer.appliance.PoolableBackend.Shape;
import io.kantoku.loadbalancer.dataplane.EngineView;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What a configuration becomes on one engine: its model, the places that its backends get, and the files that HAProxy reads. */
final class EngineRenderer {
    private static final int RESERVE = 256;
    private static final int LOW = 32;
    private static final int FEW = 16;

    private final Interception interception;
    private final List<Cidr> ranges;
    private final ApplianceFiles files;
    /** Remembers what it has read; of one thread at a time. */
    private final EngineModel.Reader reader;

    EngineRenderer(Interception interception, List<Cidr> ranges, ApplianceFiles files) {
        this.interception = interception;
        this.ranges = List.copyOf(ranges);
        this.files = files;
        this.reader = new EngineModel.Reader(interception, ranges);
    }

    /** What a configuration is realised as. */
    record Rendered(EngineModel model, Slots slots, EngineText text) {}

    /** The configuration's model, but for addresses that cannot be used. */
    EngineModel read(HaproxyConfig config, Set<Listening> unusable) {
        return reader.read(FrontendAddresses.without(config, List.copyOf(unusable)));
    }

    /** To which addresses of the configuration connections are brought, so that HAProxy need not listen there. Any thread. */
    Predicate<Listening> intercepts(HaproxyConfig config) {
        Set<VipPort> ports = new EngineModel.Reader(interception, ranges)
                .read(config)
                .ports()
                .keySet();
        return listening -> ports.stream().anyMatch(port -> port.is(listening));
    }

    /** @param exactly whether the slots are to stay as they are, rather than as a reload should provide them */
    Rendered render(HaproxyConfig config, Set<Listening> unusable, Slots before, boolean exactly) {
        HaproxyConfig usable = FrontendAddresses.without(config, List.copyOf(unusable));
        EngineModel model = reader.read(usable);
        boolean fits = exactly && model.pooled().keySet().equals(before.taken().keySet());
        Slots planned = interception == Interception.NONE
                ? Slots.NONE
                : fits ? before : Slots.plan(model.pooled().values(), usual(), before);
        return new Rendered(model, planned, text(usable, model, planned));
    }

    EngineText text(HaproxyConfig usable, EngineModel model, Slots slots) {
        return EngineText.of(usable, model, slots, interception, files);
    }

    /** How the engine calls what is configured. */
    EngineView view(HaproxyConfig serving, EngineModel model, Slots slots, RuntimePlan.Maps maps) {
        return interception == Interception.NONE ? EngineView.PLAIN : EngineText.view(serving, model, slots, maps);
    }

    /** Whether there are few places left for what the Supervisor makes most. */
    boolean runsLow(Slots slots) {
        return interception != Interception.NONE && slots.free(shape(Backend.tcp("x", "x"))) < LOW;
    }

    /** The shapes of the backends that the Supervisor makes. */
    private static Map<Shape, Integer> usual() {
        Map<Shape, Integer> shapes = new LinkedHashMap<>();
        shapes.put(shape(Backend.tcp("x", "x")), RESERVE);
        shapes.put(shape(Backend.tcp("x", "x").bySource()), FEW);
        shapes.put(shape(Backend.tcp("x", "x").checkedOverHttp("/healthz")), FEW);
        return shapes;
    }

    private static Shape shape(Backend backend) {
        return Kinds.BACKENDS
                .add(HaproxyConfig.parse(""), Parent.NONE, backend)
                .section("backend", backend.name())
                .flatMap(section -> PoolableBackend.of(section, true))
                .orElseThrow()
                .shape();
    }
}
