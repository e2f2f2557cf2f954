package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.model.Names;
import java.net.InetAddress;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One virtual IP with its ports and what is behind them: what somebody wants of a load balancer.
 *
 * @param name the frontend's name, for example {@code domain-c8:<supervisor id>-<namespace>-<service>}; no two may share one
 * @param vip an IP address literal
 * @param ports at least one; no two with the same name or number
 * @param logTag what its log lines are marked with
 */
public record VirtualServer(String name, String vip, List<Port> ports, String logTag, TrafficPolicy policy) {
    public VirtualServer {
        Names.check("name", name);
        InetAddress.ofLiteral(vip); // throws IllegalArgumentException for anything but an address
        ports = List.copyOf(ports);
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("virtual server " + name + " has no ports");
        }
        Set<Object> seen = new HashSet<>();
        for (Port port : ports) {
            if (!seen.add(port.name()) || !seen.add(port.port())) {
                throw new IllegalArgumentException(
                        "virtual server " + name + " has port " + port.name() + " (" + port.port() + ") twice");
            }
        }
    }

    /** One whose log tag is its name, as the Supervisor makes them. */
    public VirtualServer(String name, String vip, List<Port> ports) {
        this(name, vip, ports, name, TrafficPolicy.OPEN);
    }

    /** The same one under a policy. */
    public VirtualServer with(TrafficPolicy traffic) {
        return new VirtualServer(name, vip, ports, logTag, traffic);
    }

    /**
     * One port of the virtual IP.
     *
     * @param name part of the names of the bind and the backend
     * @param servers may be empty: the port then accepts connections and closes them
     */
    public record Port(String name, int port, Set<Target> servers) {
        public Port {
            Names.check("port name", name);
            checkPort(port);
            servers = Collections.unmodifiableSortedSet(new TreeSet<>(servers));
        }
    }

    /**
     * An address that serves.
     *
     * @param address an IP address literal
     */
    public record Target(String address, int port) implements Comparable<Target> {
        public Target {
            InetAddress.ofLiteral(address);
            checkPort(port);
        }

        @Override
        public int compareTo(Target other) {
            int byAddress = address.compareTo(other.address);
            return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
        }
    }

    private static void checkPort(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    String backendName(Port port) {
        return name + "-" + port.name();
    }

    String bindName(Port port) {
        return name + "-" + vip + ":" + port.name();
    }

    String serverName(Target target) {
        return name + "-" + target.address() + ":" + target.port();
    }
}
