package io.kantoku.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/** A listening socket of the shared connector, its certificate, its handler and its open connections. */
final class OpenListener implements Listener {
    private final SharedConnector connector;
    private final ListenSpec spec;
    private final ServerSocketChannel channel;
    private final InetSocketAddress address;
    private final Set<ListenerEndPoint> connections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable SslConnectionFactory tls;
    private volatile boolean closed;

    OpenListener(SharedConnector connector, ListenSpec spec, ServerSocketChannel channel) throws IOException {
        this.connector = connector;
        this.spec = spec;
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
        spec.identity().ifPresent(this::present);
    }

    String name() {
        return spec.name();
    }

    HttpHandler handler() {
        return spec.handler();
    }

    ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void replaceIdentity(TlsIdentity identity) {
        if (tls == null) {
            throw new IllegalStateException(
                    "listener " + name() + " serves plain HTTP and has no certificate to replace");
        }
        present(identity);
    }

    private void present(TlsIdentity identity) {
        SslConnectionFactory factory =
                new SslConnectionFactory(ServerTls.contextFactory(identity, spec.clientAuthorities()), "alpn");
        LifeCycle.start(factory);
        SslConnectionFactory replaced = tls;
        tls = factory;
        if (replaced != null) {
            LifeCycle.stop(replaced);
        }
    }

    /** Makes the first protocol layer of an accepted connection; called by a selector thread. */
    Connection connect(ListenerEndPoint endPoint) {
        connections.add(endPoint);
        if (closed) {
            endPoint.close();
        }
        SslConnectionFactory presented = tls;
        ConnectionFactory first = presented == null ? connector.getDefaultConnectionFactory() : presented;
        return first.newConnection(connector, endPoint);
    }

    void disconnected(ListenerEndPoint endPoint) {
        connections.remove(endPoint);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            connector.stopServing(this);
        }
        connections.forEach(ListenerEndPoint::close);
    }

    @Override
    public String toString() {
        return "Listener[" + name() + " " + address + "]";
    }
}
