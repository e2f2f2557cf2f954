package io.kantoku.apiserver.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.spdy.SpdyConnection;
import io.kantoku.transport.spdy.SpdyFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A kubelet with a runtime behind it: {@code cat} gives back what it reads, {@code fail} ends with 3, {@code elsewhere} redirects, and
 * each forwarded port answers in capitals. It remembers its calls, and who made them.
 */
final class FakeKubelet implements HttpHandler {
    /** What it knows of the use of its node. */
    volatile String summary = "{}";

    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<String> callers = new CopyOnWriteArrayList<>();
    final List<String> headers = new CopyOnWriteArrayList<>();

    @Override
    public void handle(Exchange exchange) throws IOException {
        calls.add(exchange.method() + " " + exchange.rawPath()
                + (exchange.rawQuery().isEmpty() ? "" : "?" + exchange.rawQuery()));
        callers.add(
                exchange.peerCertificates().isEmpty()
                        ? ""
                        : Subject.of(exchange.peerCertificates().getFirst()).toString());
        headers.addAll(exchange.headerNames());
        String path = exchange.rawPath();
        if (path.equals("/stats/summary")) {
            exchange.respond(200, "application/json", summary.getBytes(UTF_8));
        } else if (path.startsWith("/containerLogs/")) {
            logs(exchange);
        } else if (path.startsWith("/exec/") || path.startsWith("/attach/")) {
            command(exchange);
        } else if (path.startsWith("/portForward/")) {
            ports(exchange);
        } else if (path.equals("/moved")) {
            exchange.responseHeader("Location", "/pods?page=2");
            exchange.respond(302, "", new byte[0]);
        } else {
            byte[] body = exchange.readBody(1 << 20);
            exchange.responseHeader("X-Kubelet", "yes");
            exchange.respond(200, "text/plain", (path + " " + new String(body, UTF_8)).getBytes(UTF_8));
        }
    }

    private static void logs(Exchange exchange) throws IOException {
        if (exchange.query("previous").isPresent()) {
            exchange.respond(
                    400,
                    "text/plain",
                    "previous terminated container \"app\" in pod \"web\" not found\n".getBytes(UTF_8));
            return;
        }
        try (OutputStream out = exchange.stream(200, "text/plain")) {
            for (String line : List.of("one\n", "two\n", "three\n")) {
                out.write(line.getBytes(UTF_8));
                out.flush();
            }
        }
    }

    private static void command(Exchange exchange) throws IOException {
        String command = String.join(" ", exchange.query().getOrDefault("command", List.of("cat")));
        if (command.equals("elsewhere")) {
            exchange.responseHeader("Location", "https://127.0.0.1:1/exec");
            exchange.respond(302, "", new byte[0]);
            return;
        }
        if (command.equals("missing")) {
            exchange.respond(404, "text/plain", "container not found (\"app\")\n".getBytes(UTF_8));
            return;
        }
        exchange.responseHeader("X-Stream-Protocol-Version", "v4.channel.k8s.io");
        int expected = 1
                + (int) List.of("input", "output", "error", "tty").stream()
                        .filter(name -> exchange.query(name).isPresent())
                        .count();
        try (SpdyConnection spdy = new SpdyConnection(exchange.upgrade("SPDY/3.1"), false)) {
            run(spdy, command, expected);
            while (spdy.read().isPresent()) {
                // until the client ends
            }
        }
    }

    private static void run(SpdyConnection spdy, String command, int expected) throws IOException {
        Map<String, Integer> streams = new HashMap<>();
        while (streams.size() < expected) {
            if (spdy.read().orElseThrow() instanceof SpdyFrame.SynStream(int stream, var headers, var _)) {
                streams.put(headers.getOrDefault("streamtype", ""), stream);
                spdy.write(new SpdyFrame.SynReply(stream, Map.of(), false));
            }
        }
        if (command.startsWith("fail")) {
            data(spdy, streams.get("stderr"), "it failed\n", false);
            end(spdy, streams);
            data(spdy, streams.get("error"), """
                    {"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code","reason":"NonZeroExitCode",\
                    "details":{"causes":[{"reason":"ExitCode","message":"3"}]}}""", true);
            return;
        }
        if (streams.containsKey("stdin")) {
            copyInput(spdy, streams);
        } else {
            data(spdy, streams.get("stdout"), "ran " + command + "\n", false);
        }
        end(spdy, streams);
        data(spdy, streams.get("error"), "{\"metadata\":{},\"status\":\"Success\"}", true);
    }

    private static void copyInput(SpdyConnection spdy, Map<String, Integer> streams) throws IOException {
        for (Optional<SpdyFrame> next = spdy.read(); next.isPresent(); next = spdy.read()) {
            if (next.get() instanceof SpdyFrame.Data(int stream, byte[] bytes, boolean fin)
                    && stream == streams.get("stdin")) {
                if (bytes.length > 0) {
                    spdy.write(new SpdyFrame.Data(streams.get("stdout"), bytes, false));
                }
                if (fin) {
                    return;
                }
            }
        }
    }

    private static void end(SpdyConnection spdy, Map<String, Integer> streams) throws IOException {
        for (String type : List.of("stdout", "stderr")) {
            data(spdy, streams.get(type), "", true);
        }
    }

    private static void data(
            SpdyConnection spdy, @org.jspecify.annotations.Nullable Integer stream, String text, boolean fin)
            throws IOException {
        if (stream != null) {
            spdy.write(new SpdyFrame.Data(stream, text.getBytes(UTF_8), fin));
        }
    }

    /** Answers in capitals on every data stream; a stream ends when the client has ended it. */
    private static void ports(Exchange exchange) throws IOException {
        exchange.responseHeader("X-Stream-Protocol-Version", "portforward.k8s.io");
        Map<Integer, String> types = new HashMap<>();
        try (SpdyConnection spdy = new SpdyConnection(exchange.upgrade("SPDY/3.1"), false)) {
            for (Optional<SpdyFrame> next = spdy.read(); next.isPresent(); next = spdy.read()) {
                switch (next.get()) {
                    case SpdyFrame.SynStream(int stream, var headers, var _) -> {
                        types.put(stream, headers.getOrDefault("streamtype", ""));
                        spdy.write(new SpdyFrame.SynReply(stream, Map.of(), false));
                        if (types.get(stream).equals("error")) {
                            spdy.write(new SpdyFrame.Data(stream, new byte[0], true));
                        }
                    }
                    case SpdyFrame.Data(int stream, byte[] bytes, boolean fin) -> {
                        if ("data".equals(types.get(stream))) {
                            String text = new String(bytes, UTF_8).toUpperCase(Locale.ROOT);
                            spdy.write(new SpdyFrame.Data(stream, text.getBytes(UTF_8), fin || text.endsWith("\n")));
                        }
                    }
                    default -> {}
                }
            }
        }
    }
}
