package io.kantoku.kubelet.server;

import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpRequest.Header;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import io.kantoku.transport.Tunnel;
import io.kantoku.transport.UpgradeAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Carries a stream from a kubelet's client to the streaming server of the containers' runtime, byte by byte. */
public final class RuntimeTunnel {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final byte[] NO_BODY = {};

    private final HttpClient http;
    private final NetworkStack node;

    /** @param node where the streaming server listens */
    public RuntimeTunnel(HttpClient http, NetworkStack node) {
        this.http = http;
        this.node = node;
    }

    /** @throws StreamRefusal 400 when a request does not ask to switch protocols */
    static void requireUpgrade(Exchange exchange) {
        boolean upgrade = !exchange.http2()
                && exchange.header("Upgrade").isPresent()
                && exchange.headers("Connection").stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("upgrade"));
        if (!upgrade) {
            throw new StreamRefusal(400, "Upgrade request required");
        }
    }

    /**
     * Sends the client's request on to a URL of the runtime's, and carries bytes when it switches.
     *
     * @throws StreamRefusal as long as nothing has been answered
     */
    void carry(Exchange exchange, URI url) throws IOException {
        if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getPort() < 0) {
            throw new StreamRefusal(500, "the runtime names no URL of its streaming server: " + url);
        }
        String protocol = exchange.header("Upgrade").orElse("");
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        Target target = new Target(url.getHost(), url.getPort(), Optional.empty(), new Dialler.Tcp(node));
        HttpRequest request = new HttpRequest(
                        exchange.method(), target, url.getRawPath() + query, passed(exchange), NO_BODY, ANSWER)
                .header("Connection", "Upgrade")
                .header("Upgrade", protocol);
        UpgradeAnswer answer;
        try {
            answer = http.upgrade(request);
        } catch (TransportException e) {
            throw new StreamRefusal(502, "the containers' runtime does not stream: " + e.getMessage());
        }
        switch (answer) {
            case UpgradeAnswer.Switched switched -> join(exchange, protocol, switched);
            case UpgradeAnswer.Refused(HttpResponse response) -> {
                String words = response.text().strip();
                boolean refused = response.status() >= 400;
                throw new StreamRefusal(
                        refused ? response.status() : 502,
                        words.isEmpty() ? "the containers' runtime answered " + response.status() : words);
            }
        }
    }

    private static void join(Exchange exchange, String protocol, UpgradeAnswer.Switched switched) throws IOException {
        try (Exchange.RawConnection far = switched.connection()) {
            for (Header header : switched.headers()) {
                if (ofProtocol(header.name())) {
                    exchange.addResponseHeader(header.name(), header.value());
                }
            }
            Tunnel.join(exchange.upgrade(protocol), far);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static List<Header> passed(Exchange exchange) {
        List<Header> headers = new ArrayList<>();
        for (String name : exchange.headerNames()) {
            if (ofProtocol(name)) {
                exchange.headers(name).forEach(value -> headers.add(new Header(name, value)));
            }
        }
        return headers;
    }

    private static boolean ofProtocol(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        return lower.startsWith("sec-websocket-")
                || lower.startsWith("x-stream-protocol-version")
                || lower.startsWith("x-accepted-stream-protocol-version");
    }
}
