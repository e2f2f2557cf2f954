package io.kantoku.cli.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Speaks with the {@code /wcp} endpoints of one Supervisor. Every failure is a {@link PluginException} that names the host. */
final class WcpClient implements AutoCloseable {
    private final ServerAddress server;
    private final Target target;
    private final Duration timeout;
    private final Consumer<String> trace;
    private final HttpClient http;

    /**
     * A client without connections.
     *
     * @param timeout for each request
     * @param trace is told of each request and its answer, without secrets
     */
    WcpClient(ServerAddress server, Trust trust, Duration timeout, Consumer<String> trace) {
        this.server = server;
        this.target = Target.https(server.host(), server.port(), trust.tls());
        this.timeout = timeout;
        this.trace = trace;
        this.http = HttpClient.start();
    }

    /** The text that the administrator shows before a login; may be empty. */
    String banner() {
        HttpResponse answer = send(HttpRequest.get(target, "/wcp/loginbanner"));
        return switch (answer.status()) {
            case 200 -> answer.text();
            case 404 ->
                throw new PluginException(
                        server + " is not the address of a Supervisor (it has no /wcp/loginbanner); check --server");
            default -> throw unexpected("the login banner cannot be read", answer);
        };
    }

    /** Logs in to the Supervisor, and to a guest cluster when one is wanted. */
    Session login(Credentials credentials, Optional<GuestName> guest) {
        ObjectNode body = Json.object();
        guest.ifPresent(wanted -> {
            body.put("guest_cluster_name", wanted.name());
            if (!wanted.namespace().isEmpty()) {
                body.put("guest_cluster_namespace", wanted.namespace());
            }
        });
        HttpResponse answer =
                send(authorized("POST", "/wcp/login", credentials).body("application/json", Json.bytes(body)));
        if (answer.status() == 401) {
            throw new PluginException("Login failed: " + server + " does not accept the user name or the password of "
                    + credentials.username() + "; the user name has the form user@domain");
        }
        if (answer.status() != 200) {
            throw unexpected("Login failed", answer);
        }
        JsonNode session = json(answer);
        String token = session.path("session_id").asText("");
        if (token.isEmpty()) {
            throw new PluginException("Login failed: the answer of " + server + " has no session");
        }
        return new Session(token, guest.map(wanted -> guest(wanted, session)));
    }

    private Guest guest(GuestName wanted, JsonNode session) {
        String host = session.path("guest_cluster_server").asText("");
        if (host.isEmpty()) {
            throw new PluginException(
                    "Login failed: " + server + " knows no Tanzu Kubernetes cluster \"" + wanted.name() + "\""
                            + (wanted.namespace().isEmpty() ? "" : " in namespace \"" + wanted.namespace() + "\""));
        }
        return new Guest(
                wanted.name(), host, authority(session.path("guest_cluster_ca").asText("")));
    }

    /** PEM, which the wire carries in base64. */
    private static String authority(String text) {
        if (text.isEmpty() || text.startsWith("-----BEGIN")) {
            return text;
        }
        try {
            String pem = new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8);
            return pem.contains("-----BEGIN CERTIFICATE-----") ? pem : "";
        } catch (IllegalArgumentException e) {
            return ""; // the system's authorities are used then
        }
    }

    /** The namespaces that the user may use, with the API servers that serve them. */
    List<Workload> workloads(Credentials credentials) {
        HttpResponse answer = send(authorized("GET", "/wcp/workloads", credentials));
        if (answer.status() != 200) {
            throw unexpected("the list of namespaces cannot be read", answer);
        }
        List<Workload> workloads = new ArrayList<>();
        for (JsonNode entry : json(answer)) {
            String namespace = entry.path("namespace").asText("");
            String host = entry.path("master_host").asText("");
            if (!namespace.isEmpty() && !host.isEmpty()) {
                int port = entry.path("control_plane_api_server_port").asInt(Workload.API_PORT);
                workloads.add(new Workload(namespace, host, port));
            }
        }
        return workloads;
    }

    private HttpRequest authorized(String method, String path, Credentials credentials) {
        return HttpRequest.of(method, target, path).header("Authorization", credentials.authorization());
    }

    private HttpResponse send(HttpRequest request) {
        long started = System.nanoTime();
        try {
            HttpResponse answer = http.send(request.timeout(timeout));
            trace.accept(request + ": " + answer.status() + " in "
                    + Duration.ofNanos(System.nanoTime() - started).toMillis() + " ms");
            return answer;
        } catch (TransportException e) {
            throw new PluginException(
                    "Error while connecting to host " + server + ": " + e.getMessage() + hint(e.code()), e);
        }
    }

    private static String hint(TransportException.Code code) {
        return switch (code) {
            case TLS_UNTRUSTED, TLS_FAILED ->
                ". The certificate of the vCenter's authority can be downloaded from"
                        + " https://<vcenter>:8443/certs/download.zip; trust it with --certificate-authority FILE or the"
                        + " environment variable SSL_CERT_FILE, or skip the check with --insecure-skip-tls-verify";
            case TLS_NAME_MISMATCH ->
                ". Give --server one of these names, or skip the check with" + " --insecure-skip-tls-verify";
            case CONNECT_REFUSED, UNREACHABLE, UNKNOWN_HOST, TIMEOUT, PROTOCOL -> " (check --server)";
            case CLOSED, INTERRUPTED -> "";
        };
    }

    private JsonNode json(HttpResponse answer) {
        try {
            return Json.parse(answer.body());
        } catch (ApiException e) {
            throw new PluginException("the answer of " + server + " is not JSON: is it a Supervisor?", e);
        }
    }

    /** The server's own reason when it gives one. */
    private PluginException unexpected(String what, HttpResponse answer) {
        String reason = "";
        try {
            reason = Json.parse(answer.body()).path("message").asText("");
        } catch (ApiException e) {
            trace.accept("the answer is not JSON: " + e.getMessage());
        }
        return new PluginException(
                what + ": " + (reason.isEmpty() ? server + " answered with HTTP status " + answer.status() : reason));
    }

    @Override
    public void close() {
        http.close();
    }

    /** A guest cluster as the user names it; the namespace may be {@code ""} when the name is unique. */
    record GuestName(String namespace, String name) {}

    /**
     * A session.
     *
     * @param token a bearer token for API servers, never printed
     */
    record Session(String token, Optional<Guest> guest) {
        @Override
        public String toString() {
            return "Session[" + guest + "]";
        }
    }

    /** The API server of a guest cluster and the authority of its certificate, {@code ""} when it is not known. */
    record Guest(String name, String host, String authorityPem) {}

    /** A namespace and the API server of its Supervisor. */
    record Workload(String namespace, String host, int port) {
        /** Where API servers listen. */
        static final int API_PORT = 6443;
    }
}
