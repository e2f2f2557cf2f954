package io.kantoku.network.services;

import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.services.BalancedPort.Backend;
import io.kantoku.network.services.EndpointSlice.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who takes which connections on a node. Endpoints that are ready take them; where there is none, those that end but still serve do (KEP-1669),
 * so that a Service whose last pods are replaced is not refused meanwhile.
 */
public final class ServicePlan {
    private ServicePlan() {}

    /** The ports of all Services that have a cluster IP, in a stable order. Of two that claim one address and port the first has it. */
    public static List<BalancedPort> of(Collection<Service> services, Collection<EndpointSlice> slices, String node) {
        Map<NamespacedName, List<EndpointSlice>> byService = new TreeMap<>();
        slices.forEach(slice -> byService
                .computeIfAbsent(slice.service(), _ -> new ArrayList<>())
                .add(slice));
        List<Service> sorted = new ArrayList<>(services);
        sorted.sort((a, b) -> a.name().compareTo(b.name()));
        Set<String> taken = new HashSet<>();
        List<BalancedPort> ports = new ArrayList<>();
        for (Service service : sorted) {
            if (!service.clusterIp().isEmpty()) {
                for (Service.Port port : service.ports()) {
                    boolean free = taken.add(port.protocol() + " " + service.clusterIp() + " " + port.port());
                    boolean nodePortFree = port.nodePort() == 0 || taken.add(port.protocol() + " " + port.nodePort());
                    if (free && nodePortFree) {
                        ports.add(balanced(service, port, byService.getOrDefault(service.name(), List.of()), node));
                    }
                }
            }
        }
        return ports;
    }

    private static BalancedPort balanced(Service service, Service.Port port, List<EndpointSlice> slices, String node) {
        List<Backend> all = backends(slices, port, _ -> true);
        List<Backend> local = service.localInternal() || service.localExternal()
                ? backends(slices, port, endpoint -> endpoint.node().equals(node))
                : List.of();
        return new BalancedPort(
                service.name(),
                port.name(),
                port.protocol(),
                service.clusterIp(),
                port.port(),
                port.nodePort(),
                service.localInternal() ? local : all,
                service.localExternal() ? local : all,
                service.localExternal(),
                service.affinitySeconds());
    }

    private static List<Backend> backends(List<EndpointSlice> slices, Service.Port port, Predicate<Endpoint> where) {
        SortedSet<Backend> ready = new TreeSet<>();
        SortedSet<Backend> ending = new TreeSet<>();
        for (EndpointSlice slice : slices) {
            for (EndpointSlice.Port offered : slice.ports()) {
                if (offered.name().equals(port.name()) && offered.protocol() == port.protocol()) {
                    for (Endpoint endpoint : slice.endpoints()) {
                        if (where.test(endpoint)) {
                            Backend backend = new Backend(endpoint.address(), offered.number());
                            if (endpoint.ready()) {
                                ready.add(backend);
                            } else if (endpoint.serving() && endpoint.terminating()) {
                                ending.add(backend);
                            }
                        }
                    }
                }
            }
        }
        return List.copyOf(ready.isEmpty() ? ending : ready);
    }

    /**
     * Backends of datagrams that are gone. Who goes on sending from one port would go on reaching them: a connection ends, a
     * stream of datagrams does not.
     */
    public static SortedSet<Backend> goneDatagrams(List<BalancedPort> before, List<BalancedPort> now) {
        SortedSet<Backend> gone = datagrams(before);
        gone.removeAll(datagrams(now));
        return gone;
    }

    private static SortedSet<Backend> datagrams(List<BalancedPort> ports) {
        SortedSet<Backend> backends = new TreeSet<>();
        for (BalancedPort port : ports) {
            if (port.protocol() == Protocol.UDP) {
                backends.addAll(port.internal());
                backends.addAll(port.external());
            }
        }
        return backends;
    }
}
