package io.kantoku.kubelet.node;

import io.kantoku.kubelet.cri.SandboxSpec;
import java.util.List;

/**
 * Where pods look names up. Pure.
 *
 * @param server the address of the cluster's DNS, {@code ""} for none
 * @param domain usually {@code cluster.local}
 */
record ClusterDns(String server, String domain) {
    private static final int TENTH = 10;

    /** The tenth address of the Services' range, as kubeadm has it. */
    static ClusterDns of(String serviceSubnet, String domain) {
        String known = domain.isEmpty() ? "cluster.local" : domain;
        String first = serviceSubnet.split("[/,]", 2)[0];
        String[] octets = first.split("\\.", -1);
        if (octets.length != 4) {
            return new ClusterDns("", known);
        }
        long number = 0;
        for (String octet : octets) {
            number = (number << 8) | Integer.parseInt(octet);
        }
        long tenth = number + TENTH;
        return new ClusterDns(
                ((tenth >> 24) & 255) + "." + ((tenth >> 16) & 255) + "." + ((tenth >> 8) & 255) + "." + (tenth & 255),
                known);
    }

    SandboxSpec.Dns of(String namespace) {
        return server.isEmpty()
                ? new SandboxSpec.Dns(List.of(), List.of(), List.of())
                : new SandboxSpec.Dns(
                        List.of(server),
                        List.of(namespace + ".svc." + domain, "svc." + domain, domain),
                        List.of("ndots:5"));
    }
}
