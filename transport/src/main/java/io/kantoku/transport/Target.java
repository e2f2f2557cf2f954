package io.kantoku.transport;

import java.util.Optional;

/**
 * A server that requests are sent to. Connections are pooled per target; make one per server and keep it.
 *
 * @param host an IP address or DNS name, without brackets
 * @param tls empty for plain HTTP
 */
public record Target(String host, int port, Optional<ClientTls> tls, Dialler dialler) {
    public Target {
        if (host.isEmpty() || host.indexOf('/') >= 0 || host.startsWith("[")) {
            throw new IllegalArgumentException("not a host: \"" + host + "\"");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    /** Plain HTTP from the host's own network. */
    public static Target http(String host, int port) {
        return new Target(host, port, Optional.empty(), Dialler.host());
    }

    /** HTTPS from the host's own network. */
    public static Target https(String host, int port, ClientTls tls) {
        return new Target(host, port, Optional.of(tls), Dialler.host());
    }

    /** The same server, reached another way. */
    public Target via(Dialler newDialler) {
        return new Target(host, port, tls, newDialler);
    }

    String scheme() {
        return tls.isPresent() ? "https" : "http";
    }

    @Override
    public String toString() {
        String address = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String where = scheme() + "://" + address + ":" + port;
        return switch (dialler) {
            case Dialler.Tcp tcp -> tcp.equals(Dialler.host()) ? where : where + " (from " + tcp.stack() + ")";
            case Dialler.UnixSocket socket -> where + " (socket " + socket.path() + ")";
        };
    }
}
