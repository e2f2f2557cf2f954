package io.kantoku.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/1.1 and HTTP/2 on any number of listeners with a handful of threads: a few that select and parse, one that
 * accepts, and one virtual thread per request in progress. A listener costs no thread.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int SELECTORS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
    private static final int SPARE_THREADS = 8;

    private final Server server;
    private final SharedConnector connector;

    private HttpServer(Server server, SharedConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /** Starts a server without listeners. */
    public static HttpServer start() {
        return start(ServerLimits.DEFAULT);
    }

    static HttpServer start(ServerLimits limits) {
        QueuedThreadPool threads = new QueuedThreadPool(SELECTORS + 1 + SPARE_THREADS, SELECTORS + 2);
        threads.setName("http");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        Server server = new Server(threads, new ScheduledExecutorScheduler("http-timer", true), null);
        server.setStopAtShutdown(false);
        server.setStopTimeout(0);
        server.setErrorHandler(HttpServer::refuse);
        SharedConnector connector = SharedConnector.create(server, SELECTORS, limits);
        server.addConnector(connector);
        server.setHandler(new RequestDispatcher());
        try {
            server.start();
        } catch (Exception e) { // Jetty's own signature; nothing of ours runs in it
            throw new IllegalStateException("cannot start the HTTP server: " + e.getMessage(), e);
        }
        return new HttpServer(server, connector);
    }

    /**
     * Opens a socket and serves it. When this returns, the socket accepts connections and its handler answers them.
     *
     * @throws IOException when the address cannot be bound; the message names it
     */
    public Listener listen(ListenSpec spec) throws IOException {
        ServerSocketChannel channel = spec.stack().listen(spec.address());
        try {
            OpenListener listener = new OpenListener(connector, spec, channel);
            connector.serve(listener);
            LOG.atInfo()
                    .setMessage("listening")
                    .addKeyValue("listener", spec.name())
                    .addKeyValue("address", listener.address())
                    .log();
            return listener;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Closes every listener with its connections, then stops the threads. */
    @Override
    public void close() {
        connector.listeners().forEach(Listener::close);
        try {
            server.stop();
        } catch (Exception e) { // shutdown: there is nobody left to tell but the log
            LOG.atWarn()
                    .setMessage("HTTP server did not stop cleanly")
                    .setCause(e)
                    .log();
        }
    }

    /** Answers a request that is not HTTP, or that Jetty refuses for another reason, in one line of text. */
    private static boolean refuse(Request request, Response response, Callback callback) {
        Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        String text = response.getStatus() + (message == null ? "" : " " + message) + "\n";
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
