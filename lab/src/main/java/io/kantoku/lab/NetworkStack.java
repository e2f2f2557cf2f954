package io.kantoku.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Where sockets are opened: the host's own network or a named network namespace. */
public interface NetworkStack {
    /** A listening socket bound to the address; never a wildcard address. */
    ServerSocketChannel listen(InetSocketAddress address) throws IOException;

    /** An unconnected socket that will connect from this stack. */
    SocketChannel socket() throws IOException;

    /** A datagram socket bound to the address; never a wildcard address. */
    DatagramChannel datagram(InetSocketAddress address) throws IOException;

    /** The network that the process itself is in. */
    static NetworkStack host() {
        return HostNetwork.INSTANCE;
    }
}
