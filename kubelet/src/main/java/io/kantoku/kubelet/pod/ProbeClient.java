package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.kubelet.cri.CriRuntime;
import io.kantoku.kubelet.cri.GrpcClient;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.HttpClient;
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
    private final HttpAction http;
    private final GrpcClient grpc;

    public ProbeClient(CriRuntime cri, NetworkStack network, HttpClient http, GrpcClient grpc) {
        this.cri = cri;
        this.network = network;
        this.http = new HttpAction(network, http);
        this.grpc = grpc;
    }

    /**
     * Asks as an {@code exec}, {@code httpGet}, {@code tcpSocket} or {@code grpc} action says.
     *
     * @param container the specification, for names of ports
     * @param podIp where to connect when the action names no host
     */
    ProbeResult probe(JsonNode action, JsonNode container, String containerId, String podIp, Duration limit) {
        if (action.has("httpGet")) {
            JsonNode get = action.path("httpGet");
            return http.probe(get, podIp, port(get.path("port"), container), limit);
        }
        if (action.has("grpc")) {
            JsonNode health = action.path("grpc");
            return ProbeResult.of(new GrpcHealth(grpc, network)
                    .check(
                            podIp,
                            health.path("port").asInt(),
                            health.path("service").asText(),
                            limit));
        }
        return ProbeResult.of(act(action, container, containerId, podIp, limit));
    }

    /**
     * Does what the action of a hook says. What an HTTP server answers does not matter, as upstream.
     *
     * @return why it failed; empty when it succeeded
     */
    Optional<String> hook(JsonNode action, JsonNode container, String containerId, String podIp, Duration limit) {
        if (action.has("httpGet")) {
            JsonNode get = action.path("httpGet");
            return http.tell(get, podIp, port(get.path("port"), container), limit);
        }
        return act(action, container, containerId, podIp, limit);
    }

    private Optional<String> act(
            JsonNode action, JsonNode container, String containerId, String podIp, Duration limit) {
        if (action.has("exec")) {
            return exec(action.path("exec"), containerId, limit);
        }
        if (action.has("tcpSocket")) {
            JsonNode tcp = action.path("tcpSocket");
            return connect(tcp.path("host").asText(podIp), port(tcp.path("port"), container), limit);
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
