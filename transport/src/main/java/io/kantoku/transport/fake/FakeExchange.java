package io.kantoku.transport.fake;

import io.kantoku.transport.BodyTooLargeException;
import io.kantoku.transport.Exchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer without a network, for tests of handlers. A stream's bytes can be read as lines while it is being written.
 */
public final class FakeExchange implements Exchange {
    private final String method;
    private final String path;
    private final String query;
    private final byte[] body;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, List<String>> answerHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final BlockingQueue<Optional<byte[]>> chunks = new LinkedBlockingQueue<>();
    private volatile @Nullable Runnable onDisconnect;
    private volatile int status;
    private volatile boolean stalled;
    private volatile byte[] answer = new byte[0];
    private String lines = "";

    /** @param target the path and, after a question mark, the query */
    public FakeExchange(String method, String target, byte[] body) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
        this.body = body;
    }

    /** Adds a header to the request. */
    public FakeExchange header(String name, String value) {
        headers.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
        return this;
    }

    @Override
    public int status() {
        return status;
    }

    /** The body of the answer as text, as far as it was written. */
    public String text() {
        return new String(answer, StandardCharsets.UTF_8);
    }

    /** The body of the answer, as far as it was written. */
    public byte[] bytes() {
        return answer;
    }

    /** All values of a header of the answer. */
    public List<String> answered(String name) {
        return answerHeaders.getOrDefault(name, List.of());
    }

    /** The first value of a header of the answer. */
    public Optional<String> sent(String name) {
        return answered(name).stream().findFirst();
    }

    /** The next line of a stream; empty when the stream has ended, or nothing comes for a while. */
    public Optional<String> nextLine() throws InterruptedException {
        while (lines.indexOf('\n') < 0) {
            Optional<byte[]> chunk = chunks.poll(10, TimeUnit.SECONDS);
            if (chunk == null || chunk.isEmpty()) {
                return Optional.empty();
            }
            lines += new String(chunk.get(), StandardCharsets.UTF_8);
        }
        int end = lines.indexOf('\n');
        String line = lines.substring(0, end);
        lines = lines.substring(end + 1);
        return Optional.of(line);
    }

    /** What the handler asked for when the client goes. */
    public void disconnect() {
        Runnable action = onDisconnect;
        if (action != null) {
            action.run();
        }
    }

    /** Makes writers of the stream wait, as a client does that does not read. */
    public void stall(boolean value) {
        stalled = value;
        synchronized (chunks) {
            chunks.notifyAll();
        }
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public String rawQuery() {
        return query;
    }

    @Override
    public Map<String, List<String>> query() {
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (String part : query.split("&", -1)) {
            if (!part.isEmpty()) {
                String[] pair = part.split("=", 2);
                found.computeIfAbsent(decode(pair[0]), absent -> new ArrayList<>())
                        .add(pair.length == 2 ? decode(pair[1]) : "");
            }
        }
        return found;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name, List.of());
    }

    @Override
    public List<String> headerNames() {
        return List.copyOf(headers.keySet());
    }

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 6443);
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000);
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return List.of();
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public byte[] readBody(int limit) throws IOException {
        if (body.length > limit) {
            throw new BodyTooLargeException(limit);
        }
        return body;
    }

    @Override
    public Exchange responseHeader(String name, String value) {
        answerHeaders.put(name, new ArrayList<>(List.of(value)));
        return this;
    }

    @Override
    public Exchange addResponseHeader(String name, String value) {
        answerHeaders.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
        return this;
    }

    @Override
    public void respond(int code, String contentType, byte[] content) {
        responseHeader("Content-Type", contentType);
        answer = content;
        status = code;
    }

    @Override
    public OutputStream stream(int code, String contentType) {
        responseHeader("Content-Type", contentType);
        status = code;
        return new Chunks();
    }

    @Override
    public void onDisconnect(Runnable action) {
        onDisconnect = action;
    }

    @Override
    public RawConnection upgrade(String protocol) throws IOException {
        throw new IOException("there is no connection to take over");
    }

    private final class Chunks extends OutputStream {
        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (chunks) {
                while (stalled) {
                    try {
                        chunks.wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted while the client did not read", e);
                    }
                }
            }
            byte[] chunk = Arrays.copyOfRange(bytes, offset, offset + length);
            byte[] more = Arrays.copyOf(answer, answer.length + length);
            System.arraycopy(chunk, 0, more, answer.length, length);
            answer = more;
            chunks.add(Optional.of(chunk));
        }

        @Override
        public void close() {
            chunks.add(Optional.empty());
        }
    }
}
