package io.kantoku.kubelet.cri;

import io.kantoku.kubelet.cri.GrpcException.Code;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.io.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one gRPC server over its Unix socket. Thread-safe; calls block and are made from virtual threads.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
public final class GrpcChannel implements AutoCloseable {
    private static final Duration CONNECTING = Duration.ofSeconds(5);

    private final HTTP2Client http;
    private final Transport transport;
    private final SocketAddress address;
    private @Nullable Session session;

    GrpcChannel(HTTP2Client http, Transport transport, SocketAddress address) {
        this.http = http;
        this.transport = transport;
        this.address = address;
    }

    /**
     * A call with one answer.
     *
     * @param method {@code package.Service/Method}
     * @throws GrpcException when the server refuses, or does not answer within the limit
     */
    byte[] call(String method, byte[] request, Duration limit) {
        try (GrpcStream stream = open(method, request)) {
            long deadline = System.nanoTime() + limit.toNanos();
            byte[] answer = stream.next(limit)
                    .orElseThrow(() -> new GrpcException(Code.INTERNAL, method + " ended without an answer"));
            stream.next(Duration.ofNanos(Math.max(1, deadline - System.nanoTime()))); // the status comes after it
            return answer;
        }
    }

    /** A call with any number of answers, which the caller reads and closes. */
    GrpcStream open(String method, byte[] request) {
        Session connected = connected();
        HttpFields headers = HttpFields.build()
                .put("content-type", "application/grpc")
                .put("te", "trailers")
                .put("user-agent", "kantoku");
        MetaData.Request head =
                new MetaData.Request("POST", HttpURI.from("http://localhost/" + method), HttpVersion.HTTP_2, headers);
        GrpcStream answers = new GrpcStream(method);
        try {
            Stream stream = connected
                    .newStream(new HeadersFrame(head, null, false), answers.listener())
                    .get(CONNECTING.toMillis(), TimeUnit.MILLISECONDS);
            answers.begin(stream);
            ByteBuffer frame = ByteBuffer.allocate(5 + request.length);
            frame.put((byte) 0).putInt(request.length).put(request).flip();
            stream.data(new DataFrame(stream.getId(), frame, true)).get(CONNECTING.toMillis(), TimeUnit.MILLISECONDS);
            return answers;
        } catch (ExecutionException | TimeoutException e) {
            answers.close();
            throw unavailable(e);
        } catch (InterruptedException e) {
            answers.close();
            Thread.currentThread().interrupt();
            throw new GrpcException(Code.CANCELLED, "interrupted during " + method, e);
        }
    }

    private synchronized Session connected() {
        Session present = session;
        if (present != null && !present.isClosed()) {
            return present;
        }
        try {
            Session fresh = http.connect(transport, null, address, new Session.Listener() {})
                    .get(CONNECTING.toMillis(), TimeUnit.MILLISECONDS);
            session = fresh;
            return fresh;
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GrpcException(Code.CANCELLED, "interrupted while connecting to " + address, e);
        }
    }

    private GrpcException unavailable(Exception e) {
        Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
        return new GrpcException(Code.UNAVAILABLE, "no answer on " + address + ": " + cause.getMessage(), e);
    }

    @Override
    public synchronized void close() {
        if (session != null) {
            session.close(0, "", org.eclipse.jetty.util.Callback.NOOP);
            session = null;
        }
    }
}
