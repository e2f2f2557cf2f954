package io.kantoku.testkit.envtest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program {@code etcd} of a test suite. It keeps no data: it says which directory the suite has set aside, and {@link
 * KubeApiServer} keeps its store there. Health, version and the life of the process are as etcd's; keys cannot be read.
 */
public final class Etcd implements AutoCloseable {
    /** Where the data directory is told. */
    static final String DIRECTORY = "/kantoku/data-directory";

    private static final String CLIENTS = "listen-client-urls";

    private final List<HttpServer> servers = new ArrayList<>();

    private Etcd() {}

    /** Serves until the process is ended. */
    public static void main(String[] arguments) {
        try {
            start(Flags.parse(arguments), System.err);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("etcd: " + e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Opens all client addresses.
     *
     * @throws IOException when one cannot be bound, or the data directory cannot be made
     */
    static Etcd start(Flags flags, PrintStream log) throws IOException {
        Path directory = Path.of(flags.get("data-dir", "default.etcd")).toAbsolutePath();
        Files.createDirectories(directory);
        Etcd etcd = new Etcd();
        List<String> addresses = flags.list(CLIENTS);
        for (String address : addresses.isEmpty() ? List.of("http://127.0.0.1:2379") : addresses) {
            URI url = URI.create(address);
            if (!"http".equals(url.getScheme())) {
                throw new IllegalArgumentException("--" + CLIENTS + "=" + address + ": only http:// is served");
            }
            HttpServer server = HttpServer.create(
                    new InetSocketAddress(LocalAddress.of(url.getHost()), Math.max(url.getPort(), 0)), 0);
            server.createContext("/", exchange -> answer(exchange, directory));
            server.start();
            etcd.servers.add(server);
            log.println("serving insecure client requests on " + url.getHost() + ":"
                    + server.getAddress().getPort() + ", this is strongly discouraged!");
        }
        log.println("ready to serve client requests");
        return etcd;
    }

    /** The port of the first client address. */
    int port() {
        return servers.getFirst().getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, Path directory) throws IOException {
        try (exchange) {
            String answer = switch (exchange.getRequestURI().getPath()) {
                case "/health", "/livez", "/readyz" -> "{\"health\":\"true\",\"reason\":\"\"}";
                case "/version" -> "{\"etcdserver\":\"3.5.0\",\"etcdcluster\":\"3.5.0\"}";
                case DIRECTORY -> directory.toString();
                default -> "";
            };
            byte[] bytes = (answer.isEmpty() ? "404 page not found\n" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.isEmpty() ? 404 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
    }
}
