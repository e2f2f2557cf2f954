package io.kantoku.console;

import io.kantoku.transport.Exchange;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request without a connection; remembers the answer. */
final class FakeExchange implements Exchange {
    private final String method;
    private final String path;
    private final Map<String, String> asked = new HashMap<>();
    private final Map<String, String> headers = new HashMap<>();
    private int status;
    private byte[] answer = new byte[0];

    /** @param headers names and values in turn */
    FakeExchange(String method, String path, String... headers) {
        this.method = method;
        this.path = path;
        for (int i = 0; i < headers.length; i += 2) {
            asked.put(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
        }
    }

    @Override
    public int status() {
        return status;
    }

    /** The answer's body as text. */
    String text() {
        return new String(answer, StandardCharsets.UTF_8);
    }

    String sent(String header) {
        return headers.getOrDefault(header, "");
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
        return "";
    }

    @Override
    public Map<String, List<String>> query() {
        return Map.of();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(asked.get(name.toLowerCase(Locale.ROOT)));
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
        return InetSocketAddress.createUnresolved("localhost", 8443);
    }

    @Override
    public InetSocketAddress remote() {
        return InetSocketAddress.createUnresolved("localhost", 50000);
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return List.of();
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public byte[] readBody(int limit) {
        return new byte[0];
    }

    @Override
    public Exchange responseHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    @Override
    public Exchange addResponseHeader(String name, String value) {
        return responseHeader(name, value);
    }

    @Override
    public void respond(int code, String contentType, byte[] body) {
        status = code;
        answer = body;
    }

    @Override
    public OutputStream stream(int code, String contentType) {
        throw new UnsupportedOperationException("the console's files have a length");
    }

    @Override
    public void onDisconnect(Runnable action) {}

    @Override
    public RawConnection upgrade(String protocol) {
        throw new UnsupportedOperationException("there is nothing to upgrade to");
    }
}
