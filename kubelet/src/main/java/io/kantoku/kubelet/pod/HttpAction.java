package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries out {@code httpGet} actions of probes and hooks from the node's own network, as upstream does: certificates are not judged,
 * and redirects are followed within the host. Thread-safe; calls block.
 */
final class HttpAction {
    private static final int MOST_REDIRECTS = 10;

    private final NetworkStack network;
    private final HttpClient http;
    private final ClientTls insecure = ClientTls.insecure();

    HttpAction(NetworkStack network, HttpClient http) {
        this.network = network;
        this.http = http;
    }

    /** Asks, and judges the answer by its status. */
    ProbeResult probe(JsonNode action, String podIp, int port, Duration limit) {
        URI url;
        try {
            url = url(action, podIp, port);
            String host = url.getHost();
            for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
                HttpResponse response = get(url, action, limit);
                Optional<String> location = response.header("Location");
                if (response.status() < 200 || response.status() >= 400) {
                    return new ProbeResult.Failure("HTTP probe failed with statuscode: " + response.status());
                }
                if (response.status() < 300) {
                    return new ProbeResult.Success();
                }
                URI next = location.map(url::resolve).orElse(url);
                if (location.isEmpty() || !host.equals(next.getHost())) {
                    return new ProbeResult.Warning("Probe terminated redirects, Response body: " + response.text());
                }
                url = next;
            }
            return new ProbeResult.Failure("Get \"" + url + "\": stopped after " + MOST_REDIRECTS + " redirects");
        } catch (TransportException e) {
            return new ProbeResult.Failure(explained(e, action, podIp, port));
        } catch (IllegalArgumentException e) {
            return new ProbeResult.Failure(String.valueOf(e.getMessage()));
        }
    }

    /** Tells the container something; whatever it answers will do. */
    Optional<String> tell(JsonNode action, String podIp, int port, Duration limit) {
        try {
            get(url(action, podIp, port), action, limit);
            return Optional.empty();
        } catch (TransportException e) {
            return Optional.of(explained(e, action, podIp, port));
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static URI url(JsonNode action, String podIp, int port) {
        String host = action.path("host").asText();
        String scheme = action.path("scheme").asText().equalsIgnoreCase("HTTPS") ? "https" : "http";
        String path = action.path("path").asText();
        return URI.create(scheme + "://" + (host.isEmpty() ? podIp : host) + ":" + port
                + (path.startsWith("/") ? path : "/" + path));
    }

    private HttpResponse get(URI url, JsonNode action, Duration limit) {
        boolean tls = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        Target target = (tls ? Target.https(url.getHost(), port, insecure) : Target.http(url.getHost(), port))
                .via(new Dialler.Tcp(network));
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        HttpRequest request = HttpRequest.get(target, path + query).timeout(limit);
        for (HttpRequest.Header header : headers(action)) {
            request = request.header(header.name(), header.value());
        }
        return http.send(request);
    }

    /** The action's own come first: an empty value takes a usual one away. */
    private static List<HttpRequest.Header> headers(JsonNode action) {
        List<HttpRequest.Header> headers = new ArrayList<>();
        for (JsonNode header : action.path("httpHeaders")) {
            headers.add(new HttpRequest.Header(
                    header.path("name").asText(), header.path("value").asText()));
        }
        List.of(
                        new HttpRequest.Header("User-Agent", "kube-probe/1.36"),
                        new HttpRequest.Header("Accept", "*/*"),
                        new HttpRequest.Header("Connection", "close"))
                .forEach(usual -> {
                    if (headers.stream().noneMatch(own -> own.name().equalsIgnoreCase(usual.name()))) {
                        headers.add(usual);
                    }
                });
        return headers.stream()
                .filter(header -> !header.value().isEmpty() || !header.name().equalsIgnoreCase("Accept"))
                .toList();
    }

    private static String explained(TransportException e, JsonNode action, String podIp, int port) {
        URI url = url(action, podIp, port);
        String dialled = "dial tcp " + url.getHost() + ":" + port;
        return "Get \"" + url + "\": "
                + switch (e.code()) {
                    case CONNECT_REFUSED -> dialled + ": connect: connection refused";
                    case UNREACHABLE -> dialled + ": connect: no route to host";
                    case TIMEOUT -> "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
                    case CLOSED -> "EOF";
                    case UNKNOWN_HOST, TLS_UNTRUSTED, TLS_NAME_MISMATCH, TLS_FAILED, PROTOCOL, INTERRUPTED ->
                        String.valueOf(e.getMessage());
                };
    }
}
