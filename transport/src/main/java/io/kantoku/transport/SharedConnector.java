package io.kantoku.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty's connector, serving the sockets of all listeners instead of one. */
final class SharedConnector extends ServerConnector {
    /*
     * Jetty's own connector owns one listening socket and at least one thread that accepts from it. Here the one acceptor
     * thread that Jetty starts runs a selector over all listening sockets, and each accepted connection is handed to the
     * shared selectors with its listener as attachment; the listener decides about TLS and handler. A closed listening
     * socket stays open in the kernel until the selector has seen it, so closing waits for that.
     */
    private static final Logger LOG = LoggerFactory.getLogger(SharedConnector.class);
    private static final int ACCEPTED_AT_ONCE = 64;
    private static final int H2_EVENTS_PER_SECOND = 2_000;
    private static final int H2_STREAM_WINDOW = 1 << 20;
    private static final int H2_SESSION_WINDOW = 4 << 20;

    private final Selector acceptor;
    private final Set<OpenListener> listeners = ConcurrentHashMap.newKeySet();
    private final Queue<CompletableFuture<Void>> closing = new ConcurrentLinkedQueue<>();

    private SharedConnector(Server server, int selectors, Selector acceptor, ConnectionFactory... factories) {
        super(server, null, null, null, 1, selectors, factories);
        this.acceptor = acceptor;
    }

    static SharedConnector create(Server server, int selectors, ServerLimits limits) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(limits.headerBytes());
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRelativeRedirectAllowed(true);
        // Handlers see the path as it was sent, so an escaped slash or an empty segment is not ambiguous to them.
        http.setUriCompliance(UriCompliance.DEFAULT.with(
                "raw",
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
                UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER));

        HTTP2ServerConnectionFactory h2 = new HTTP2ServerConnectionFactory(http);
        h2.setMaxConcurrentStreams(limits.streams());
        h2.setInitialStreamRecvWindow(H2_STREAM_WINDOW);
        h2.setInitialSessionRecvWindow(H2_SESSION_WINDOW);
        h2.setRateControlFactory(new WindowRateControl.Factory(H2_EVENTS_PER_SECOND));
        HttpConnectionFactory h1 = new PromptChunks(http);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
        alpn.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());

        try {
            SharedConnector connector = new SharedConnector(server, selectors, Selector.open(), h1, h2, alpn);
            connector.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());
            connector.setIdleTimeout(limits.idle().toMillis());
            connector.setAcceptedTcpNoDelay(true);
            connector.setShutdownIdleTimeout(1);
            return connector;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a selector: " + e.getMessage(), e);
        }
    }

    Collection<OpenListener> listeners() {
        return List.copyOf(listeners);
    }

    void serve(OpenListener listener) throws IOException {
        if (!isRunning()) {
            throw new IOException("the HTTP server is closed");
        }
        ServerSocketChannel channel = listener.channel();
        channel.configureBlocking(false);
        listeners.add(listener);
        channel.register(acceptor, SelectionKey.OP_ACCEPT, listener);
        acceptor.wakeup();
    }

    /** Closes the listening socket; when this returns the kernel refuses connections to it. */
    void stopServing(OpenListener listener) {
        listeners.remove(listener);
        try {
            listener.channel().close();
        } catch (IOException e) {
            LOG.atWarn()
                    .setMessage("listening socket did not close cleanly")
                    .addKeyValue("listener", listener.name())
                    .setCause(e)
                    .log();
        }
        CompletableFuture<Void> seen = new CompletableFuture<>();
        closing.add(seen);
        acceptor.wakeup();
        if (isRunning()) {
            seen.join();
        }
    }

    /** One round of the acceptor thread's loop, which Jetty runs until the connector stops. */
    @Override
    public void accept(int acceptorId) throws IOException {
        try {
            acceptor.select(this::acceptFrom);
        } finally {
            releaseClosed();
        }
    }

    private void acceptFrom(SelectionKey key) {
        OpenListener listener = (OpenListener) key.attachment();
        try {
            for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
                SocketChannel connection = listener.channel().accept();
                if (connection == null) {
                    return;
                }
                connection.configureBlocking(false);
                configure(connection.socket());
                KeepAlive.configure(connection); // a silent watch or tunnel whose client's machine is gone must end
                getSelectorManager().accept(connection, listener);
            }
        } catch (ClosedChannelException e) {
            key.cancel();
        } catch (IOException e) { // Jetty's acceptor loop logs it and pauses: too many open files heals by itself
            throw new UncheckedIOException("cannot accept a connection for " + listener.name(), e);
        }
    }

    private void releaseClosed() throws IOException {
        if (!closing.isEmpty()) {
            List<CompletableFuture<Void>> seen = new ArrayList<>();
            for (CompletableFuture<Void> next = closing.poll(); next != null; next = closing.poll()) {
                seen.add(next);
            }
            acceptor.selectNow(this::acceptFrom);
            seen.forEach(future -> future.complete(null));
        }
    }

    @Override
    public void open() {
        // There is no socket of the connector's own.
    }

    @Override
    public boolean isOpen() {
        return isRunning();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        acceptor.close();
        closing.forEach(future -> future.complete(null));
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new ServerConnectorManager(executor, scheduler, selectors) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
                OpenListener listener = (OpenListener) key.attachment();
                ListenerEndPoint endPoint =
                        new ListenerEndPoint((SocketChannel) channel, selector, key, getScheduler(), listener);
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }

            @Override
            public Connection newConnection(SelectableChannel channel, EndPoint endPoint, Object attachment) {
                ListenerEndPoint opened = (ListenerEndPoint) endPoint;
                return opened.listener().connect(opened);
            }

            @Override
            protected void endPointClosed(EndPoint endPoint) {
                ((ListenerEndPoint) endPoint).listener().disconnected((ListenerEndPoint) endPoint);
                super.endPointClosed(endPoint);
            }
        };
    }
}
