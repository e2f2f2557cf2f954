package io.kantoku.transport;

import io.kantoku.transport.TransportException.Code;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.OutputStreamRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests and blocks until they are answered; to be called from virtual threads. One instance serves a whole process: it
 * pools connections per {@link Target}, follows no redirects, keeps no cookies and decodes nothing.
 */
public final class HttpClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpClient.class);
    private static final int SELECTORS = 1;
    private static final int THREADS = 8;
    private static final int CONNECTIONS_PER_TARGET = 8_192;
    private static final int HEADER_BYTES = 64 * 1024;

    /** Shorter than the server's, so that a pooled connection is rarely one that the server is closing. */
    private static final Duration POOLED = Duration.ofSeconds(60);

    private final org.eclipse.jetty.client.HttpClient jetty;

    private HttpClient(org.eclipse.jetty.client.HttpClient jetty) {
        this.jetty = jetty;
    }

    /** Starts a client without connections. */
    public static HttpClient start() {
        ClientTransport transport = new ClientTransport();
        transport.getClientConnector().setSelectors(SELECTORS);
        org.eclipse.jetty.client.HttpClient jetty = new org.eclipse.jetty.client.HttpClient(transport);
        QueuedThreadPool threads = new QueuedThreadPool(SELECTORS + THREADS, SELECTORS + 1);
        threads.setName("http-client");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        jetty.setExecutor(threads);
        jetty.setScheduler(new ScheduledExecutorScheduler("http-client-timer", true));
        jetty.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "kantoku"));
        jetty.setFollowRedirects(false);
        jetty.setHttpCookieStore(new HttpCookieStore.Empty());
        jetty.setMaxConnectionsPerDestination(CONNECTIONS_PER_TARGET);
        jetty.setMaxRequestsQueuedPerDestination(CONNECTIONS_PER_TARGET);
        jetty.setMaxResponseHeadersSize(HEADER_BYTES);
        jetty.setRequestBufferSize(HEADER_BYTES);
        jetty.setIdleTimeout(POOLED.toMillis());
        jetty.setDestinationIdleTimeout(2 * POOLED.toMillis());
        jetty.setConnectTimeout(Duration.ofSeconds(10).toMillis());
        try {
            jetty.start();
        } catch (Exception e) { // Jetty's own signature; nothing of ours runs in it
            throw new IllegalStateException("cannot start the HTTP client: " + e.getMessage(), e);
        }
        // A 401 or 302 is an answer like any other; callers decide.
        jetty.getProtocolHandlers().clear();
        jetty.getContentDecoderFactories().clear();
        return new HttpClient(jetty);
    }

    /**
     * Sends a request and reads the whole answer. A GET or HEAD whose pooled connection turns out to be closed is sent once more.
     *
     * @throws TransportException when there is no whole answer in time
     */
    public HttpResponse send(HttpRequest request) {
        long deadline = System.nanoTime() + request.timeout().toNanos();
        try (Answer response = open(request, deadline)) {
            byte[] body = response.body().readAllBytes();
            response.awaitRelease(deadline);
            return new HttpResponse(response.status(), response.headers(), body);
        } catch (IOException e) {
            throw Failures.explain(request, e);
        }
    }

    /**
     * Sends a request and returns when the headers of the answer are there; the caller reads and closes the body.
     *
     * @throws TransportException when there are no headers in time
     */
    public StreamingResponse open(HttpRequest request) {
        return open(request, Long.MAX_VALUE);
    }

    /**
     * Like {@link #open(HttpRequest)}, with a body that is sent while it is read; never sent twice.
     *
     * @param body read to its end or to its first failure, on a virtual thread of its own
     */
    public StreamingResponse open(HttpRequest request, InputStream body) {
        OutputStreamRequestContent content = new OutputStreamRequestContent();
        Thread.ofVirtual().name("http-client-body").start(() -> copy(body, content));
        return openOnce(request, Long.MAX_VALUE, Optional.of(content));
    }

    private static void copy(InputStream body, OutputStreamRequestContent content) {
        try (OutputStream out = content.getOutputStream()) {
            body.transferTo(out);
        } catch (IOException e) { // of the reader or the writer: there is no whole request any more
            content.fail(e);
        }
    }

    /**
     * Sends a request to switch protocols, over a connection of its own: it is the caller's after {@code 101}, and closed after any
     * other answer. The request brings its {@code Connection} and {@code Upgrade} headers.
     *
     * @throws TransportException when there is no answer in time
     */
    public UpgradeAnswer upgrade(HttpRequest request) {
        return UpgradeCall.send(request);
    }

    private Answer open(HttpRequest request, long deadline) {
        try {
            return openOnce(request, deadline, Optional.empty());
        } catch (TransportException e) {
            boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
            if (e.code() == Code.CLOSED && safe && deadline - System.nanoTime() > 0) {
                return openOnce(request, deadline, Optional.empty());
            }
            throw e;
        }
    }

    private Answer openOnce(HttpRequest request, long deadline, Optional<Request.Content> streamed) {
        Target target = request.target();
        InputStreamResponseListener listener = new InputStreamResponseListener();
        Request sent = jetty.newRequest(target.host(), target.port())
                .scheme(target.scheme())
                .transport(DialledTransport.of(target.dialler()))
                .method(request.method())
                .path(request.path())
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .headers(fields -> write(request, fields));
        target.tls().ifPresent(sent::tag);
        if (streamed.isPresent()) {
            sent.body(streamed.get());
        } else if (request.body().length > 0) {
            sent.body(new BytesRequestContent(request.body()));
        }
        if (deadline != Long.MAX_VALUE) {
            sent.timeout(
                    Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())), TimeUnit.MILLISECONDS);
        }
        sent.send(listener);
        try {
            Response response = listener.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(request, sent, response, listener);
        } catch (ExecutionException e) {
            throw Failures.explain(request, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            giveUp(sent, e);
            throw Failures.explain(request, e);
        } catch (InterruptedException e) {
            giveUp(sent, e);
            Thread.currentThread().interrupt();
            throw Failures.of(Code.INTERRUPTED, request, "interrupted while waiting for the answer", e);
        }
    }

    /** A request that says itself who asks says nothing else. */
    private static void write(HttpRequest request, HttpFields.Mutable fields) {
        if (HttpResponse.first(request.headers(), "User-Agent").isPresent()) {
            fields.remove(HttpHeader.USER_AGENT);
        }
        request.headers().forEach(header -> fields.add(header.name(), header.value()));
    }

    /** Drops all connections; requests in progress fail with {@link Code#CLOSED}. */
    @Override
    public void close() {
        try {
            jetty.stop();
        } catch (Exception e) { // shutdown: there is nobody left to tell but the log
            LOG.atWarn()
                    .setMessage("HTTP client did not stop cleanly")
                    .setCause(e)
                    .log();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it says only whether the answer was complete already
    private static void giveUp(Request sent, Throwable reason) {
        sent.abort(reason);
    }

    private static List<HttpRequest.Header> headers(HttpFields fields) {
        return fields.stream()
                .map(field -> new HttpRequest.Header(field.getName(), field.getValue() == null ? "" : field.getValue()))
                .toList();
    }

    private static final class Answer implements StreamingResponse {
        private final HttpRequest request;
        private final Request sent;
        private final InputStreamResponseListener listener;
        private final int status;
        private final List<HttpRequest.Header> headers;
        private final Body body;
        private final LineReader lines;

        Answer(HttpRequest request, Request sent, Response response, InputStreamResponseListener listener) {
            this.request = request;
            this.sent = sent;
            this.status = response.getStatus();
            this.headers = HttpClient.headers(response.getHeaders());
            this.body = new Body(listener.getInputStream());
            this.listener = listener;
            this.lines = new LineReader(this.body);
        }

        /** The body ends a moment before its connection is back in the pool, where the next request looks for it. */
        void awaitRelease(long deadline) {
            try {
                listener.await(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw Failures.explain(request, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failures.of(Code.INTERRUPTED, request, "interrupted while waiting for the answer", e);
            }
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public List<HttpRequest.Header> headers() {
            return headers;
        }

        @Override
        public InputStream body() {
            return body;
        }

        @Override
        public Optional<byte[]> nextLine() {
            try {
                return lines.next();
            } catch (IOException e) {
                throw Failures.explain(request, e);
            }
        }

        @Override
        public void close() {
            if (!body.ended) {
                giveUp(sent, new IOException("the answer was closed by its reader"));
            }
            try {
                body.close();
            } catch (IOException e) {
                LOG.atDebug()
                        .setMessage("answer did not close cleanly")
                        .setCause(e)
                        .log();
            }
        }

        @Override
        public String toString() {
            return "StreamingResponse[" + status + " of " + request + "]";
        }
    }

    /** Knows whether it has ended, for then its connection can be used again. */
    private static final class Body extends FilterInputStream {
        private volatile boolean ended;

        Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            ended |= read < 0;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            ended |= read < 0;
            return read;
        }
    }
}
