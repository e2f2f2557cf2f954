package io.kantoku.kubelet.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.server.PodStreams.ContainerName;
import io.kantoku.kubelet.server.PodStreams.Standard;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The kubelet's API over HTTPS, port 10250 by custom, with the paths of upstream's. Each request is judged by {@link KubeletAccess} first. */
public final class KubeletServer implements HttpHandler {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Duration RUN = Duration.ofSeconds(30);

    private final PodStreams streams;
    private final KubeletAccess access;
    private final RuntimeTunnel tunnel;
    private final LogEndpoint logs;

    /** @param tunnel the way to the streaming server of the containers' runtime */
    public KubeletServer(
            PodStreams streams, KubeletAccess access, RuntimeTunnel tunnel, FileEvents events, InstantSource clock) {
        this.streams = streams;
        this.access = access;
        this.tunnel = tunnel;
        this.logs = new LogEndpoint(streams, new LogReader(events), clock);
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        try {
            access.require(exchange);
            serve(exchange, segments(exchange.rawPath()));
        } catch (StreamRefusal e) {
            exchange.responseHeader("Connection", "close");
            exchange.respond(e.status(), TEXT, (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> segments(String rawPath) {
        return Arrays.stream(rawPath.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
    }

    private void serve(Exchange exchange, List<String> path) throws IOException {
        String first = path.isEmpty() ? "" : path.getFirst();
        switch (first) {
            case "healthz" -> text(exchange, "ok");
            case "pods", "runningpods" -> pods(exchange);
            case "configz" -> {
                ObjectNode shown = Json.object();
                shown.set("kubeletconfig", streams.configuration());
                json(exchange, shown);
            }
            case "stats" -> {
                require(path.size() == 2 && path.get(1).equals("summary"));
                json(exchange, UsageReports.summary(streams.usage()));
            }
            case "metrics" -> metrics(exchange, path);
            case "containerLogs" -> {
                require(path.size() == 4);
                logs.serve(exchange, container(path));
            }
            case "exec", "attach" -> command(exchange, first, path);
            case "portForward" -> portForward(exchange, path);
            case "run" -> run(exchange, path);
            default -> require(false);
        }
    }

    private static void require(boolean known) {
        if (!known) {
            throw new StreamRefusal(404, "404 page not found");
        }
    }

    private void pods(Exchange exchange) throws IOException {
        ObjectNode list = Json.object();
        list.put("kind", "PodList").put("apiVersion", "v1");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (KubeObject pod : streams.pods()) {
            items.add(pod.json());
        }
        json(exchange, list);
    }

    private void metrics(Exchange exchange, List<String> path) throws IOException {
        require(path.size() <= 2);
        NodeUsage usage = streams.usage();
        String text = switch (path.size() == 2 ? path.get(1) : "") {
            case "" -> UsageReports.metrics(usage);
            case "resource" -> UsageReports.resourceMetrics(usage);
            case "cadvisor" -> UsageReports.cadvisor(usage);
            case "probes" -> ""; // the results of probes are counted nowhere
            default -> throw new StreamRefusal(404, "404 page not found");
        };
        exchange.respond(200, "text/plain; version=0.0.4; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private void command(Exchange exchange, String what, List<String> path) throws IOException {
        require(path.size() == 4 || path.size() == 5);
        ContainerName name = container(path);
        Standard standard = new Standard(
                exchange.flag("input"),
                exchange.flag("output"),
                exchange.flag("error") && !exchange.flag("tty"),
                exchange.flag("tty"));
        if (!standard.stdin() && !standard.stdout() && !standard.stderr()) {
            throw new StreamRefusal(400, "you must specify at least 1 of stdin, stdout, stderr");
        }
        KnownPods.requireContainer(streams.pods(), name);
        RuntimeTunnel.requireUpgrade(exchange);
        tunnel.carry(
                exchange,
                what.equals("exec")
                        ? streams.exec(name, exchange.query().getOrDefault("command", List.of()), standard)
                        : streams.attach(name, standard));
    }

    private void portForward(Exchange exchange, List<String> path) throws IOException {
        require(path.size() == 3 || path.size() == 4);
        KnownPods.requirePod(streams.pods(), path.get(1), path.get(2));
        List<Integer> ports = new ArrayList<>();
        for (String port : exchange.query().getOrDefault("port", List.of())) {
            ports.add(port(port));
        }
        RuntimeTunnel.requireUpgrade(exchange);
        tunnel.carry(exchange, streams.portForward(path.get(1), path.get(2), ports));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new StreamRefusal(400, "not a port: " + text);
        }
        throw new StreamRefusal(400, "not a port: " + text);
    }

    private void run(Exchange exchange, List<String> path) throws IOException {
        require((path.size() == 4 || path.size() == 5) && exchange.method().equals("POST"));
        ContainerName name = container(path);
        KnownPods.requireContainer(streams.pods(), name);
        String command = exchange.query("cmd").orElse("");
        if (command.isBlank()) {
            throw new StreamRefusal(400, "the parameter cmd names no command");
        }
        PodStreams.CommandResult result =
                streams.run(name, List.of(command.strip().split(" +", -1)), RUN);
        if (result.exitCode() != 0) {
            throw new StreamRefusal(
                    500,
                    "command '" + command + "' exited with " + result.exitCode() + ": "
                            + new String(result.stderr(), StandardCharsets.UTF_8));
        }
        exchange.respond(200, TEXT, result.stdout());
    }

    /** The container that a path names; the longer form has the pod's uid before it. */
    private static ContainerName container(List<String> path) {
        return new ContainerName(path.get(1), path.get(2), path.getLast());
    }

    private static void text(Exchange exchange, String text) throws IOException {
        exchange.respond(200, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void json(Exchange exchange, ObjectNode tree) throws IOException {
        exchange.respond(200, "application/json", Json.bytes(tree));
    }
}
