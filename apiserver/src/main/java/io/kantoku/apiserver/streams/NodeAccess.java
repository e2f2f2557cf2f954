package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;

/** What a composition of a server knows about the way to nodes. */
public interface NodeAccess {
    /**
     * The control plane that took a request.
     *
     * @param network where its calls begin
     * @param kubelets whom it trusts as a kubelet of its cluster, and who it says it is to them
     * @param addresses which addresses its calls may go to; {@link ProxyableAddresses#STRICT} where nothing else is known
     */
    record Caller(NetworkStack network, ClientTls kubelets, Predicate<InetAddress> addresses) {}

    /**
     * Finds the control plane by the address at which it took the request.
     *
     * @throws ApiException when there is none any more
     */
    Caller caller(ClusterId cluster, InetSocketAddress local);

    /** Some control plane of a cluster, for calls that no request brought about; empty when none is up. */
    default Optional<Caller> anyCaller(ClusterId cluster) {
        return Optional.empty();
    }

    /** Why a node answers no calls, in words for the user; empty when it does. */
    Optional<String> unavailable(ClusterId cluster, String node);
}
