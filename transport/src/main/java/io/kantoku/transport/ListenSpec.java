package io.kantoku.transport;

import io.kantoku.lab.NetworkStack;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a listener is.
 *
 * @param name for logs and thread dumps
 * @param stack where the socket is opened
 * @param address the address; port 0 picks a free one
 * @param identity the server's certificate; empty for plain HTTP
 * @param clientAuthorities names of authorities told to clients; a client certificate is wanted, never needed, when not empty
 * @param handler answers the requests
 */
public record ListenSpec(
        String name,
        NetworkStack stack,
        InetSocketAddress address,
        Optional<TlsIdentity> identity,
        List<X509Certificate> clientAuthorities,
        HttpHandler handler) {
    public ListenSpec {
        clientAuthorities = List.copyOf(clientAuthorities);
    }
}
