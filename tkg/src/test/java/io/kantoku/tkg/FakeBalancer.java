package io.kantoku.tkg;

import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.tkg.lb.LoadBalancers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A load balancer that remembers what it is programmed with, and can be out of reach. */
public final class FakeBalancer implements LoadBalancers, LoadBalancers.Programmable {
    public final Map<String, VirtualServer> servers = new ConcurrentSkipListMap<>();
    public final AtomicInteger puts = new AtomicInteger();
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
        failure.ifPresent(FakeBalancer::raise);
        puts.incrementAndGet();
        servers.put(server.name(), server);
    }

    @Override
    public void remove(String name) {
        failure.ifPresent(FakeBalancer::raise);
        servers.remove(name);
    }

    private static void raise(DataPlaneException failure) {
        throw new DataPlaneException(failure.code(), String.valueOf(failure.getMessage()));
    }
}
