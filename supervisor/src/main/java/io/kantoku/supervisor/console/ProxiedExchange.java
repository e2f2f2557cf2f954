package io.kantoku.supervisor.console;

import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request of the console as a Kubernetes API sees it: with that API's path, a bearer token in place of the browser's credentials,
 * and no impersonation.
 */
final class ProxiedExchange implements Exchange {
    private static final Set<String> HIDDEN =
            Set.of("cookie", "vmware-api-session-id", "x-csrf-token", "authorization");

    private final Exchange exchange;
    private final String path;
    private final String authorization;

    ProxiedExchange(Exchange exchange, String path, String token) {
        this.exchange = exchange;
        this.path = path;
        this.authorization = "Bearer " + token;
    }

    @Override
    public int status() {
        return exchange.status();
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String rawPath() {
        return path;
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
        return headers(name).stream().findFirst();
    }

    @Override
    public List<String> headers(String name) {
        if (name.equalsIgnoreCase("authorization")) {
            return List.of(authorization);
        }
        return hidden(name) ? List.of() : exchange.headers(name);
    }

    @Override
    public List<String> headerNames() {
        return exchange.headerNames().stream().filter(name -> !hidden(name)).toList();
    }

    private static boolean hidden(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return HIDDEN.contains(lower) || lower.startsWith("impersonate-");
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
        return List.of();
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
    public void onDisconnect(Runnable action) {
        exchange.onDisconnect(action);
    }

    @Override
    public RawConnection upgrade(String protocol) throws IOException {
        return exchange.upgrade(protocol);
    }
}
