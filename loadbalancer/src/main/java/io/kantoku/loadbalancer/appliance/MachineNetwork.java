package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.NetworkNamespace;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The network of a machine that is the appliance's alone. Whoever makes the machine gives it its cards, addresses and routes;
 * the appliance itself does what it needs for virtual IPs: local routes, ARP settings, packet filter.
 *
 * @param namespace the machine's network
 * @param management the card of the Data Plane API; no virtual IP is answered for on it
 * @param workload the card of the virtual IPs
 * @param workloadGateway where answers of virtual IPs go that leave the workload network; without one they take the machine's
 *     default route
 */
public record MachineNetwork(
        NetworkNamespace namespace, String management, String workload, Optional<InetAddress> workloadGateway) {
    private static final Pattern CARD = Pattern.compile("[A-Za-z0-9_.-]{1,15}");

    public MachineNetwork {
        for (String card : new String[] {management, workload}) {
            if (!CARD.matcher(card).matches()) {
                throw new IllegalArgumentException("not the name of a network card: \"" + card + "\"");
            }
        }
    }

    /** A machine whose cards are called as the vSphere appliance's are: {@code management} and {@code workload}. */
    public static MachineNetwork of(NetworkNamespace namespace) {
        return new MachineNetwork(namespace, "management", "workload", Optional.empty());
    }

    public MachineNetwork withWorkloadGateway(InetAddress gateway) {
        return new MachineNetwork(namespace, management, workload, Optional.of(gateway));
    }
}
