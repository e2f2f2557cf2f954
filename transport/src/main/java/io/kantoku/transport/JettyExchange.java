package io.kantoku.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** An {@link Exchange} over Jetty's request and response; owned by the virtual thread that handles the request. */
final class JettyExchange implements Exchange {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final ListenerEndPoint endPoint;
    private final RequestBody body;
    private final AtomicBoolean completed = new AtomicBoolean();
    private final DisconnectWatch disconnect;
    private Map<String, List<String>> query = Map.of();
    private boolean answering;
    private boolean reusable = true;
    private @Nullable ResponseStream stream;
    private boolean chunked;
    private @Nullable RawUpgrade upgraded;

    JettyExchange(Request request, Response response, Callback callback, ListenerEndPoint endPoint) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.endPoint = endPoint;
        this.body = new RequestBody(request);
        this.disconnect = new DisconnectWatch(request, body::isConsumed);
        // Jetty fails a read or write that makes no progress before it asks here; what is left is a silent watch.
        request.addIdleTimeoutListener(_ -> false);
    }

    void parseQuery() throws RefusedRequestException {
        query = QueryParameters.parse(rawQuery());
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String rawPath() {
        String path = request.getHttpURI().getPath();
        return path == null ? "/" : path;
    }

    @Override
    public String rawQuery() {
        String raw = request.getHttpURI().getQuery();
        return raw == null ? "" : raw;
    }

    @Override
    public Map<String, List<String>> query() {
        return query;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    @Override
    public List<String> headers(String name) {
        return List.copyOf(request.getHeaders().getValuesList(name));
    }

    @Override
    public List<String> headerNames() {
        return List.copyOf(request.getHeaders().getFieldNamesCollection());
    }

    @Override
    public boolean http2() {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
    }

    @Override
    public InetSocketAddress local() {
        return endPoint.local();
    }

    @Override
    public InetSocketAddress remote() {
        return endPoint.remote();
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        EndPoint.SslSessionData session =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        X509Certificate[] chain = session == null ? null : session.peerCertificates();
        return chain == null ? List.of() : List.of(chain);
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public byte[] readBody(int limit) throws IOException {
        if (request.getLength() > limit) {
            throw new BodyTooLargeException(limit);
        }
        byte[] bytes = body.readNBytes(limit);
        if (bytes.length == limit && body.read() >= 0) {
            throw new BodyTooLargeException(limit);
        }
        return bytes;
    }

    @Override
    public Exchange responseHeader(String name, String value) {
        response.getHeaders().put(name, value);
        return this;
    }

    @Override
    public Exchange addResponseHeader(String name, String value) {
        response.getHeaders().add(name, value);
        return this;
    }

    @Override
    public void respond(int status, String contentType, byte[] content) throws IOException {
        begin(status, contentType);
        if (!http2() && !body.isConsumed() && !request.consumeAvailable()) {
            // The rest of the body is still to come and stands in the way of a next request: the client must not send
            // one here.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        if (status >= 200 && status != 204 && status != 304) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
        }
        write(true, ByteBuffer.wrap(content));
        complete();
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        begin(status, contentType);
        stream = new ResponseStream(this);
        return stream;
    }

    private void begin(int status, String contentType) throws IOException {
        if (answering) {
            throw new IOException("the request to " + rawPath() + " has been answered already");
        }
        answering = true;
        response.setStatus(status);
        if (!contentType.isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        }
    }

    @Override
    public int status() {
        return response.getStatus();
    }

    @Override
    public void onDisconnect(Runnable action) {
        disconnect.onDisconnect(action);
    }

    @Override
    public RawConnection upgrade(String protocol) throws IOException {
        if (http2() || !request.getHeaders().contains(HttpHeader.CONNECTION, "upgrade")) {
            throw new RefusedRequestException(
                    RefusedRequestException.BAD_REQUEST,
                    "the request to " + rawPath()
                            + " cannot be upgraded: it needs HTTP/1.1 and \"Connection: Upgrade\"");
        }
        begin(101, "");
        response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade").put(HttpHeader.UPGRADE, protocol);
        RawUpgrade connection = new RawUpgrade(
                request.getConnectionMetaData().getConnection().getEndPoint(),
                request.getComponents().getExecutor());
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, connection);
        write(true, NOTHING.duplicate());
        complete();
        connection.awaitOpen();
        upgraded = connection;
        return connection;
    }

    /** Writes a part of an answer of unknown length; on HTTP/1.1 as one chunk. */
    void writePart(byte[] bytes, int offset, int length) throws IOException {
        if (!response.isCommitted()) {
            chunked = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                    && !response.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
            if (chunked) {
                // Said here, for Jetty would leave it out where the client does not want to come again.
                response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, "chunked");
            }
        }
        boolean end = chunked && length > 0;
        write(false, end ? PromptChunks.ended(bytes, offset, length) : ByteBuffer.wrap(bytes, offset, length));
    }

    /** Writes and waits until the bytes are with the kernel, so that a slow client slows only its own handler. */
    void write(boolean last, ByteBuffer bytes) throws IOException {
        if (last) {
            reusable = disconnect.end(); // before the client can answer with its next request
        }
        Callback.Completable written = new Callback.Completable();
        response.write(last, bytes, written);
        try {
            written.get(); // Jetty fails it when the client reads nothing for the idle limit
        } catch (ExecutionException e) {
            disconnect.lost();
            String what = e.getCause() instanceof TimeoutException ? " does not read: " : " went away: ";
            throw new ClientGoneException("the client at " + remote() + what + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while answering " + remote());
            abort(interrupted);
            Thread.currentThread().interrupt();
            throw interrupted;
        }
    }

    /** Ends the answer in order. */
    void complete() {
        if (completed.compareAndSet(false, true)) {
            if (http2() && !body.isConsumed()) {
                awaitRemainder();
            }
            callback.succeeded();
            if (!reusable) {
                endPoint.close();
            }
        }
    }

    private void awaitRemainder() {
        try {
            BodyRemainder.await(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the client has its answer; it meets a reset
        }
    }

    /** Ends the answer so that the client sees that it is not whole. */
    void abort(Throwable reason) {
        if (completed.compareAndSet(false, true)) {
            disconnect.end();
            callback.failed(new EofException(reason)); // Jetty logs other exceptions; ours is logged where it belongs
        }
    }

    boolean answering() {
        return answering;
    }

    boolean disconnected() {
        return disconnect.disconnected();
    }

    /** Called when the handler has returned. */
    void finish() throws IOException {
        if (upgraded != null) {
            upgraded.close();
        } else if (stream != null) {
            stream.close();
        } else if (!answering) {
            throw new IllegalStateException("the handler returned without an answer to " + method() + " " + rawPath());
        }
    }
}
