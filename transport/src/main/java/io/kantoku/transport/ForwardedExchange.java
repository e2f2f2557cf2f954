package io.kantoku.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request that is another one but for what a subclass overrides. */
public abstract class ForwardedExchange implements Exchange {
    private final Exchange exchange;

    protected ForwardedExchange(Exchange exchange) {
        this.exchange = exchange;
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
    public byte[] readBody(int limit) throws IOException {
        return exchange.readBody(limit);
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
    public void respond(int status, String contentType, byte[] body) throws IOException {
        exchange.respond(status, contentType, body);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        return exchange.stream(status, contentType);
    }

    @Override
    public RawConnection upgrade(String protocol) throws IOException {
        return exchange.upgrade(protocol);
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
