package io.kantoku.testkit.server;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.streams.NodeAccess;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The way to nodes and pods at loopback addresses: programs of this machine that play a kubelet, as test suites start them. As with
 * upstream's kube-apiserver without {@code --kubelet-certificate-authority}, any certificate of theirs will do.
 *
 * @param refusal why a node answers no calls; empty when it may
 */
record LoopbackNodes(BiFunction<ClusterId, String, Optional<String>> refusal) implements NodeAccess {
    private static final Caller CALLER =
            new Caller(NetworkStack.host(), ClientTls.insecure(), InetAddress::isLoopbackAddress);

    @Override
    public Caller caller(ClusterId cluster, InetSocketAddress local) {
        return CALLER;
    }

    @Override
    public Optional<Caller> anyCaller(ClusterId cluster) {
        return Optional.of(CALLER);
    }

    @Override
    public Optional<String> unavailable(ClusterId cluster, String node) {
        return refusal.apply(cluster, node);
    }
}
