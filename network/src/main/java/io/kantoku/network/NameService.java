package io.kantoku.network;

import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.lab.LabException;
import io.kantoku.network.NetworkException.Code;
import io.kantoku.network.dns.ClusterNames;
import io.kantoku.network.dns.DnsServer;
import io.kantoku.network.policy.PolicyPod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node's own name server: it has the address of the cluster's, so that each pod asks on its own node, and a node that fails takes
 * no other's names with it. Its owner's lock guards it, but {@link #names} is for any thread.
 */
final class NameService {
    private static final int PORT = 53;

    private final NodeNetworkSpec spec;
    private final ClusterFeed feed;
    private @Nullable DnsServer server;
    private volatile Known known;

    private record Known(@Nullable ClusterView view, ClusterNames names) {}

    NameService(NodeNetworkSpec spec, ClusterFeed feed) {
        this.spec = spec;
        this.feed = feed;
        known = new Known(null, names(feed.view(spec.cluster())));
    }

    /** What policies may name it by: the labels that every cluster's name server has. */
    static PolicyPod asPod(String address) {
        return new PolicyPod(
                new NamespacedName("kube-system", "kube-dns"),
                Map.of("k8s-app", "kube-dns"),
                address,
                Map.of("UDP/dns", PORT, "TCP/dns-tcp", PORT),
                List.of());
    }

    /** Answers, or leaves that to others. */
    void serve(boolean wanted) {
        if (wanted && server == null) {
            Links.batch(spec.machine().path(), "addr replace " + spec.dnsAddress() + "/32 dev lo scope host");
            try {
                InetAddress address = InetAddress.ofLiteral(spec.dnsAddress());
                server = DnsServer.open(spec.machine(), new InetSocketAddress(address, PORT), this::names);
            } catch (IOException e) {
                throw new NetworkException(Code.FAILED, "the node's name server cannot listen: " + e.getMessage(), e);
            }
        } else if (!wanted) {
            close();
            try {
                Links.attempt(spec.machine().path(), "addr del " + spec.dnsAddress() + "/32 dev lo");
            } catch (LabException e) {
                throw new NetworkException(Code.FAILED, "the address of the name server stays: " + e.getMessage(), e);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // a view is made anew only when something changed
    private ClusterNames names() {
        ClusterView view = feed.view(spec.cluster());
        Known last = known;
        if (last.view() != view) {
            last = new Known(view, names(view));
            known = last;
        }
        return last.names();
    }

    private ClusterNames names(ClusterView view) {
        return ClusterNames.of(view, spec.domain(), spec.clusterPods(), spec.services());
    }

    void close() {
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
