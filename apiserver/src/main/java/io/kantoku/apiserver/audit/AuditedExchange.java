package io.kantoku.apiserver.audit;

import io.kantoku.transport.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request whose bodies are kept as far as its audit wants them. */
final class AuditedExchange implements Exchange {
    /** Longer answers are not kept: they would be held in memory whole. */
    private static final int LONGEST_ANSWER = 4 << 20;

    private final Exchange exchange;
    private final AuditTrail trail;
    private final ByteArrayOutputStream answered = new ByteArrayOutputStream(0);
    private byte[] sent = new byte[0];
    private String answeredType = "";

    AuditedExchange(Exchange exchange, AuditTrail trail) {
        this.exchange = exchange;
        this.trail = trail;
    }

    byte[] requestBody() {
        return sent;
    }

    /** What was answered, empty when it was too long or a stream of events. */
    byte[] responseBody() {
        return answered.size() > LONGEST_ANSWER ? new byte[0] : answered.toByteArray();
    }

    String responseType() {
        return answeredType;
    }

    @Override
    public byte[] readBody(int limit) throws IOException {
        byte[] body = exchange.readBody(limit);
        if (trail.keepsRequest()) {
            sent = body;
        }
        return body;
    }

    @Override
    public void respond(int status, String contentType, byte[] body) throws IOException {
        answeredType = contentType;
        if (trail.keepsResponse()) {
            answered.writeBytes(body);
        }
        exchange.respond(status, contentType, body);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        OutputStream out = exchange.stream(status, contentType);
        trail.responseStarted(status);
        answeredType = contentType;
        return trail.keepsResponse() ? new Kept(out) : out;
    }

    /** Writes on, and keeps the beginning. */
    private final class Kept extends FilterOutputStream {
        Kept(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            if (answered.size() <= LONGEST_ANSWER) {
                answered.write(bytes, offset, length);
            }
        }
    }

    @Override
    public RawConnection upgrade(String protocol) throws IOException {
        RawConnection connection = exchange.upgrade(protocol);
        trail.responseStarted(101);
        return connection;
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String rawPath() {
        return exchange.rawPath();
    }

    @Override
    public String rawQuery() {
        return exchange.rawQuery();
    }

    @Override
    public Map<String, List<String>> query() {
        return exchange.query();
    }

    @Override
    public Optional<String> header(String name) {
        return exchange.header(name);
    }

    @Override
    public List<String> headers(String name) {
        return exchange.headers(name);
    }

    @Override
    public List<String> headerNames() {
        return exchange.headerNames();
    }

    @Override
    public boolean http2() {
        return exchange.http2();
    }

    @Override
    public InetSocketAddress local() {
        return exchange.local();
    }

    @Override
    public InetSocketAddress remote() {
        return exchange.remote();
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return exchange.peerCertificates();
    }

    @Override
    public InputStream body() throws IOException {
        return exchange.body();
    }

    @Override
    public Exchange responseHeader(String name, String value) {
        exchange.responseHeader(name, value);
        return this;
    }

    @Override
    public Exchange addResponseHeader(String name, String value) {
        exchange.addResponseHeader(name, value);
        return this;
    }

    @Override
    public int status() {
        return exchange.status();
    }

    @Override
    public void onDisconnect(Runnable action) {
        exchange.onDisconnect(action);
    }
}
