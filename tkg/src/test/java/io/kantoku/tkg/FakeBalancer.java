package io.kantoku.tkg;

import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.tkg.lb.LoadBalancers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A load balancer that remembers what it is programmed with, and can be out of reach. */
public final class FakeBalancer implements LoadBalancers, LoadBalancers.Programmable {
    public final Map<String, VirtualServer> servers = new ConcurrentSkipListMap<>();
    public final AtomicInteger puts = new AtomicInteger();
    /** All that it was ever programmed with, in order. */
    public final Queue<VirtualServer> history = new ConcurrentLinkedQueue<>();
    /** How often it was called and out of reach. */
    public final AtomicInteger refused = new AtomicInteger();

    private volatile Optional<DataPlaneException> failure = Optional.empty();

    @Override
    public Programmable at(List<DataPlaneEndpoint> appliances) {
        return this;
    }

    public void fail(DataPlaneException.Code code, String message) {
        failure = Optional.of(new DataPlaneException(code, message));
    }

    public void recover() {
        failure = Optional.empty();
    }

    @Override
    public void put(VirtualServer server) {
        failure.ifPresent(this::raise);
        puts.incrementAndGet();
        history.add(server);
        servers.put(server.name(), server);
    }

    @Override
    public void remove(String name) {
        failure.ifPresent(this::raise);
        servers.remove(name);
    }

    private void raise(DataPlaneException failure) {
        refused.incrementAndGet();
        throw new DataPlaneException(failure.code(), String.valueOf(failure.getMessage()));
    }
}
