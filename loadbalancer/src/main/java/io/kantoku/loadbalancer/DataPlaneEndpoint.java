package io.kantoku.loadbalancer;

import io.kantoku.lab.NetworkStack;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Where a Data Plane API is, whom to trust there, and as whom to come.
 *
 * @param host IP address or DNS name; the server's certificate must be for it
 * @param authorities the only ones that are trusted
 * @param stack the network that calls are made from
 */
public record DataPlaneEndpoint(
        String host, int port, List<X509Certificate> authorities, String user, String password, NetworkStack stack) {
    public DataPlaneEndpoint {
        authorities = List.copyOf(authorities);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /** The same endpoint, called from another network. */
    public DataPlaneEndpoint from(NetworkStack other) {
        return new DataPlaneEndpoint(host, port, authorities, user, password, other);
    }

    InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /** For messages: {@code https://10.44.58.9:5556}. */
    public String url() {
        return "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return "DataPlaneEndpoint[" + user + "@" + url() + "]";
    }
}
