package io.kantoku.kubelet.cri;

import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC side of a process: one selector and a few threads for the channels to all its runtimes. Thread-safe. */
public final class GrpcClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcClient.class);
    private static final int THREADS = 6;
    private static final int HEADER_BYTES = 64 * 1024;
    private static final int WINDOW_BYTES = 4 * 1024 * 1024;

    private static final List<String> HEALTH = List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");

    private final HTTP2Client http;

    private GrpcClient(HTTP2Client http) {
        this.http = http;
    }

    /** Starts without connections. */
    public static GrpcClient start() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("grpc");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(threads);
        connector.setScheduler(new ScheduledExecutorScheduler("grpc-timer", true));
        HTTP2Client http = new HTTP2Client(connector);
        http.setUseALPN(false); // both sides know that it is HTTP/2
        http.setIdleTimeout(0);
        http.setStreamIdleTimeout(0);
        http.setInitialSessionRecvWindow(WINDOW_BYTES);
        http.setInitialStreamRecvWindow(WINDOW_BYTES);
        http.setMaxResponseHeadersSize(HEADER_BYTES);
        try {
            http.start();
        } catch (Exception e) { // Jetty's own signature; nothing of ours runs in it
            throw new IllegalStateException("cannot start the gRPC client: " + e.getMessage(), e);
        }
        return new GrpcClient(http);
    }

    /** A channel to a server's socket; it connects when it is first used, and again after a lost connection. */
    public GrpcChannel channel(Path socket) {
        Transport transport = new Transport.TCPUnix(socket);
        return new GrpcChannel(http, transport, transport.getSocketAddress());
    }

    /**
     * Asks a server over TCP for its health, on a connection of its own.
     *
     * @param stack where the connection comes from
     * @param service {@code ""} for the server as a whole
     * @return {@code SERVING}, {@code NOT_SERVING}, {@code SERVICE_UNKNOWN} or {@code UNKNOWN}
     */
    public String health(NetworkStack stack, InetSocketAddress server, String service, Duration limit) {
        Transport transport = new Transport.TCPIP() {
            @Override
            public SelectableChannel newSelectableChannel() throws IOException {
                return stack.socket();
            }
        };
        try (GrpcChannel channel = new GrpcChannel(http, transport, server)) {
            byte[] request = new ProtoWriter().text(1, service).toBytes();
            ProtoMessage answer = new ProtoMessage(channel.call("grpc.health.v1.Health/Check", request, limit));
            return HEALTH.get(Math.clamp(answer.number(1), 0, HEALTH.size() - 1));
        }
    }

    @Override
    public void close() {
        try {
            http.stop();
        } catch (Exception e) { // shutdown: there is nobody left to tell but the log
            LOG.atWarn()
                    .setMessage("gRPC client did not stop cleanly")
                    .setCause(e)
                    .log();
        }
    }
}
