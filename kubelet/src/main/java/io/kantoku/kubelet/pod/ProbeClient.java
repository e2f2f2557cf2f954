package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.kubelet.cri.CriRuntime;
import io.kantoku.kubelet.cri.GrpcClient;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the calls of probes and hooks from the node's own network. Thread-safe; calls block. */
public final class ProbeClient {
    private static final int LONGEST_OUTPUT = 10 * 1024;

    private final CriRuntime cri;
    private final NetworkStack network;
    private final HttpClient http;
    private final GrpcClient grpc;
    private final ClientTls insecure = ClientTls.insecure();

    public ProbeClient(CriRuntime cri, NetworkStack network, HttpClient http, GrpcClient grpc) {
        this.cri = cri;
        this.network = network;
        this.http = http;
        this.grpc = grpc;
    }

    /**
     * Does what an {@code exec}, {@code httpGet}, {@code tcpSocket} or {@code grpc} action says.
     *
     * @param container the specification, for names of ports
     * @param podIp where to connect when the action names no host
     * @return why it failed; empty when it succeeded
     */
    Optional<String> call(JsonNode action, JsonNode container, String containerId, String podIp, Duration limit) {
        if (action.has("exec")) {
            return exec(action.path("exec"), containerId, limit);
        }
        if (action.has("httpGet")) {
            return get(action.path("httpGet"), container, podIp, limit);
        }
        if (action.has("tcpSocket")) {
            JsonNode tcp = action.path("tcpSocket");
            return connect(tcp.path("host").asText(podIp), port(tcp.path("port"), container), limit);
        }
        if (action.has("grpc")) {
            JsonNode health = action.path("grpc");
            return new GrpcHealth(grpc, network)
                    .check(
                            podIp,
                            health.path("port").asInt(),
                            health.path("service").asText(),
                            limit);
        }
        return Optional.of("missing probe handler");
    }

    private Optional<String> exec(JsonNode action, String containerId, Duration limit) {
        List<String> command = new ArrayList<>();
        action.path("command").forEach(word -> command.add(word.asText()));
        try {
            CriRuntime.CommandResult result = cri.exec(containerId, command, limit);
            return result.exitCode() == 0 ? Optional.empty() : Optional.of(output(result));
        } catch (GrpcException e) {
            return Optional.of(
                    e.code() == GrpcException.Code.DEADLINE_EXCEEDED
                            ? "command timed out: \"" + String.join(" ", command) + "\" timed out after "
                                    + limit.toSeconds() + "s"
                            : e.described());
        }
    }

    private static String output(CriRuntime.CommandResult result) {
        String text = new String(result.stdout(), StandardCharsets.UTF_8)
                + new String(result.stderr(), StandardCharsets.UTF_8);
        return text.length() > LONGEST_OUTPUT ? text.substring(0, LONGEST_OUTPUT) : text;
    }

    private Optional<String> get(JsonNode action, JsonNode container, String podIp, Duration limit) {
        String host = action.path("host").asText();
        String reached = host.isEmpty() ? podIp : host;
        int port = port(action.path("port"), container);
        boolean tls = action.path("scheme").asText().equalsIgnoreCase("HTTPS");
        String path = action.path("path").asText();
        String full = path.startsWith("/") ? path : "/" + path;
        String url = (tls ? "https://" : "http://") + reached + ":" + port + full;
        try {
            Target target = (tls ? Target.https(reached, port, insecure) : Target.http(reached, port))
                    .via(new Dialler.Tcp(network));
            HttpRequest request = HttpRequest.get(target, full)
                    .timeout(limit)
                    .header("User-Agent", "kube-probe/1.0")
                    .header("Accept", "*/*")
                    .header("Connection", "close");
            for (JsonNode header : action.path("httpHeaders")) {
                request = request.header(
                        header.path("name").asText(), header.path("value").asText());
            }
            HttpResponse response = http.send(request);
            return response.status() >= 200 && response.status() < 400
                    ? Optional.empty()
                    : Optional.of("HTTP probe failed with statuscode: " + response.status());
        } catch (TransportException e) {
            return Optional.of("Get \"" + url + "\": " + explained(e, reached, port));
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static String explained(TransportException e, String host, int port) {
        return switch (e.code()) {
            case CONNECT_REFUSED -> "dial tcp " + host + ":" + port + ": connect: connection refused";
            case UNREACHABLE -> "dial tcp " + host + ":" + port + ": connect: no route to host";
            case TIMEOUT -> "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
            case CLOSED -> "EOF";
            case UNKNOWN_HOST, TLS_UNTRUSTED, TLS_NAME_MISMATCH, TLS_FAILED, PROTOCOL, INTERRUPTED ->
                String.valueOf(e.getMessage());
        };
    }

    private Optional<String> connect(String host, int port, Duration limit) {
        try (SocketChannel channel = network.socket()) {
            channel.socket().connect(new InetSocketAddress(host, port), Math.toIntExact(limit.toMillis()));
            return Optional.empty();
        } catch (SocketTimeoutException e) {
            return Optional.of("dial tcp " + host + ":" + port + ": i/o timeout");
        } catch (ConnectException e) {
            return Optional.of("dial tcp " + host + ":" + port + ": connect: connection refused");
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of("dial tcp " + host + ":" + port + ": " + e.getMessage());
        }
    }

    /** A number, or the name of one of the container's ports. */
    private static int port(JsonNode port, JsonNode container) {
        if (port.isNumber()) {
            return port.asInt();
        }
        for (JsonNode named : container.path("ports")) {
            if (named.path("name").asText().equals(port.asText())) {
                return named.path("containerPort").asInt();
            }
        }
        return port.asInt();
    }
}
