package io.kantoku.cli.instance;

import io.kantoku.loadbalancer.DataPlaneEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The load balancer of an instance: one appliance, or a pair of which one stands by. */
final class LoadBalancerMachines implements AutoCloseable {
    /** A pair is the most that agrees on who holds the virtual IPs. */
    static final int MOST = 2;

    private final List<LoadBalancerMachine> machines;

    private LoadBalancerMachines(List<LoadBalancerMachine> machines) {
        this.machines = List.copyOf(machines);
    }

    /**
     * Starts them, or takes over the HAProxys that run.
     *
     * @param count 1, or 2 where machines have a network of their own
     * @throws IOException when one does not start; the others are let go
     */
    static LoadBalancerMachines start(LoadBalancerMachine.Environment environment, int count) throws IOException {
        List<LoadBalancerMachine> started = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                started.add(LoadBalancerMachine.start(environment, i, count));
            }
            return new LoadBalancerMachines(started);
        } catch (IOException | RuntimeException e) {
            started.forEach(LoadBalancerMachine::close);
            throw e;
        }
    }

    List<LoadBalancerMachine> all() {
        return machines;
    }

    /** The one that holds the virtual IPs; the first while none does. */
    LoadBalancerMachine active() {
        return machines.stream().filter(LoadBalancerMachine::active).findFirst().orElse(machines.getFirst());
    }

    /** How the active one's Data Plane API is used. */
    DataPlaneEndpoint endpoint() {
        return active().appliance().endpoint();
    }

    @Override
    public void close() {
        machines.reversed().forEach(LoadBalancerMachine::close);
    }
}
