package io.kantoku.transport;

import java.net.InetSocketAddress;

/** An open listening socket and its connections. */
public interface Listener extends AutoCloseable {
    InetSocketAddress address();

    /** Serves new connections with another certificate; those that are open go on. */
    void replaceIdentity(TlsIdentity identity);

    /** Closes the socket first, then every connection that came through it. */
    @Override
    void close();
}
