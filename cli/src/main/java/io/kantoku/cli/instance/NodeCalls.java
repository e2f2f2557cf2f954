package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.streams.NodeAccess;
import io.kantoku.apiserver.streams.ProxyableAddresses;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How API servers call their nodes: each from the network of its own machine, with a client certificate of its cluster's authority. Used
 * by any thread.
 */
final class NodeCalls implements NodeAccess {
    private record Door(ClusterId cluster, InetAddress address) {}

    private final Map<Door, Caller> callers = new ConcurrentHashMap<>();
    private volatile Refusals refusals = (cluster, node) -> Optional.empty();

    /** Nodes that answer no calls, and why. */
    @FunctionalInterface
    interface Refusals {
        Optional<String> why(ClusterId cluster, String node);
    }

    /** Which nodes answer no calls from now on. */
    void refuse(Refusals nodes) {
        refusals = nodes;
    }

    /** A control plane takes requests at these addresses, and makes its calls from this network. */
    void open(ClusterId cluster, List<String> addresses, NetworkStack network, CertificateAuthority authority) {
        ClientTls kubelets = ClientTls.trusting(List.of(authority.certificate()))
                .presenting(
                        authority.issue(LeafSpec.client("kube-apiserver-kubelet-client", List.of("system:masters"))));
        Caller caller = new Caller(network, kubelets, ProxyableAddresses.STRICT);
        addresses.forEach(address -> callers.put(new Door(cluster, InetAddress.ofLiteral(address)), caller));
    }

    void close(ClusterId cluster, List<String> addresses) {
        addresses.forEach(address -> callers.remove(new Door(cluster, InetAddress.ofLiteral(address))));
    }

    @Override
    public Caller caller(ClusterId cluster, InetSocketAddress local) {
        Caller caller = callers.get(new Door(cluster, local.getAddress()));
        if (caller == null) {
            throw new ApiException(Status.failure(
                    503, "ServiceUnavailable", "the control plane that took this request is being switched off"));
        }
        return caller;
    }

    @Override
    public Optional<Caller> anyCaller(ClusterId cluster) {
        return callers.entrySet().stream()
                .filter(entry -> entry.getKey().cluster().equals(cluster))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    @Override
    public Optional<String> unavailable(ClusterId cluster, String node) {
        return refusals.why(cluster, node);
    }
}
