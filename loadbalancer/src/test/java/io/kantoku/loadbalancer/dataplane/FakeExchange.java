package io.kantoku.loadbalancer.dataplane;

import io.kantoku.transport.BodyTooLargeException;
import io.kantoku.transport.Exchange;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request that was never sent, and its answer. */
final class FakeExchange implements Exchange {
    private final String method;
    private final String target;
    private final byte[] body;
    final Map<String, String> requestHeaders = new HashMap<>();
    final Map<String, String> responseHeaders = new HashMap<>();
    int status;
    byte[] response = {};
    String contentType = "";

    FakeExchange(String method, String target, byte[] body) {
        this.method = method;
        this.target = target;
        this.body = body;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String rawPath() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public String rawQuery() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    @Override
    public Map<String, List<String>> query() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : rawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            parameters
                    .computeIfAbsent(parts[0], k -> new ArrayList<>())
                    .add(parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(requestHeaders.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public List<String> headers(String name) {
        return header(name).stream().toList();
    }

    @Override
    public boolean http2() {
        return false;
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress("127.0.0.1", 5556);
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress("127.0.0.1", 40000);
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
    public byte[] readBody(int limit) throws BodyTooLargeException {
        if (body.length > limit) {
            throw new BodyTooLargeException(limit);
        }
        return body;
    }

    @Override
    public Exchange responseHeader(String name, String value) {
        responseHeaders.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    @Override
    public Exchange addResponseHeader(String name, String value) {
        return responseHeader(name, value);
    }

    @Override
    public void respond(int code, String type, byte[] content) {
        status = code;
        contentType = type;
        response = content;
    }

    @Override
    public OutputStream stream(int code, String contentType) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onDisconnect(Runnable action) {}

    @Override
    public RawConnection upgrade(String protocol) {
        throw new UnsupportedOperationException();
    }
}
