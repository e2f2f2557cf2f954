package io.kantoku.cli.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The {@code /wcp} endpoints of a Supervisor on 127.0.0.x, with one user. */
final class FakeSupervisor implements AutoCloseable {
    static final String USER = "devops@vsphere.local";
    static final String PASSWORD = "pässword \"1\"";
    static final String TOKEN = "token-of-the-session";
    static final String GUEST_CA = "-----BEGIN CERTIFICATE-----\nZ3Vlc3Q=\n-----END CERTIFICATE-----\n";

    final CertificateAuthority authority = CertificateAuthority.create(
            "vcenter authority", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<JsonNode> logins = new CopyOnWriteArrayList<>();
    final List<String> namespaces = new ArrayList<>(List.of("ns2", "ns1"));
    String banner = "";
    Optional<String> guestServer = Optional.of("127.0.0.77");
    private final HttpServer server = HttpServer.start();
    private final Listener listener;

    FakeSupervisor(String host) throws IOException {
        listener = server.listen(new ListenSpec(
                "wcp",
                NetworkStack.host(),
                new InetSocketAddress(host, 0),
                Optional.of(authority.issue(LeafSpec.server("wcp", List.of(host)))),
                List.of(),
                this::answer));
    }

    String host() {
        return listener.address().getAddress().getHostAddress();
    }

    /** What is typed after {@code --server}. */
    String address() {
        return host() + ":" + listener.address().getPort();
    }

    private void answer(Exchange exchange) throws IOException {
        String request = exchange.method() + " " + exchange.rawPath();
        requests.add(request);
        switch (request) {
            case "GET /wcp/loginbanner" -> exchange.respond(200, "text/plain", banner.getBytes(StandardCharsets.UTF_8));
            case "POST /wcp/login" -> login(exchange);
            case "GET /wcp/workloads" -> workloads(exchange);
            default -> exchange.respond(404, "text/plain", new byte[0]);
        }
    }

    private static boolean isAuthorized(Exchange exchange) {
        String pair = USER + ":" + PASSWORD;
        String expected = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return exchange.header("Authorization").filter(expected::equals).isPresent();
    }

    private void login(Exchange exchange) throws IOException {
        JsonNode body = Json.parse(exchange.readBody(1_000));
        logins.add(body);
        if (!isAuthorized(exchange)) {
            json(exchange, 401, Json.object().put("message", "user name or password is wrong"));
            return;
        }
        ObjectNode answer = Json.object().put("session_id", TOKEN);
        if (body.has("guest_cluster_name")) {
            if (guestServer.isEmpty()) {
                json(exchange, 404, Json.object().put("message", "there is no such cluster"));
                return;
            }
            answer.put("guest_cluster_server", guestServer.get())
                    .put(
                            "guest_cluster_ca",
                            Base64.getEncoder().encodeToString(GUEST_CA.getBytes(StandardCharsets.UTF_8)));
        }
        json(exchange, 200, answer);
    }

    private void workloads(Exchange exchange) throws IOException {
        if (!isAuthorized(exchange)) {
            json(exchange, 401, Json.object());
            return;
        }
        ArrayNode list = Json.mapper().createArrayNode();
        namespaces.forEach(name -> list.addObject()
                .put("namespace", name)
                .put("master_host", host())
                .put("control_plane_api_server_port", 6443));
        json(exchange, 200, list);
    }

    private static void json(Exchange exchange, int status, JsonNode body) throws IOException {
        exchange.respond(status, "application/json", Json.bytes(body));
    }

    @Override
    public void close() {
        server.close();
    }
}
