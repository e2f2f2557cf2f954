package io.kantoku.tkg.lb;

import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.loadbalancer.LoadBalancerProgrammer;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.transport.HttpClient;
import java.time.Duration;
import java.util.List;

/** Leads to load balancers. */
@FunctionalInterface
public interface LoadBalancers {
    /** How often it is looked whether an appliance is still as it was left. */
    Duration PACE = Duration.ofSeconds(5);

    /** The load balancer that these appliances are together; no call is made yet. */
    Programmable at(List<DataPlaneEndpoint> appliances);

    /** A load balancer; see {@link LoadBalancerProgrammer} for what the calls promise and throw. */
    interface Programmable {
        void put(VirtualServer server);

        void remove(String name);

        /** Ends what goes on in the background; another has taken its place. */
        default void close() {}
    }

    /** Real ones, through their Data Plane API. */
    static LoadBalancers dataPlane(HttpClient http) {
        return appliances -> {
            LoadBalancerProgrammer programmer = new LoadBalancerProgrammer(
                    appliances.stream()
                            .map(endpoint -> DataPlaneClient.to(endpoint, http))
                            .toList(),
                    LoadBalancerProgrammer.DEFAULT_DEADLINE);
            programmer.keepInStep(PACE);
            return new Programmable() {
                @Override
                public void put(VirtualServer server) {
                    programmer.put(server);
                }

                @Override
                public void remove(String name) {
                    programmer.remove(name);
                }

                @Override
                public void close() {
                    programmer.close();
                }
            };
        };
    }
}
