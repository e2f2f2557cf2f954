package io.kantoku.supervisor.login;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.HttpAnswers;
import io.kantoku.supervisor.namespaces.NamespaceSpec;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Supervisor answers on port 443: the plugin's download page and the {@code /wcp} endpoints that the plugin logs in with.
 */
public final class WcpFront implements HttpHandler {
    private static final Pattern PLUGIN = Pattern.compile("/wcp/plugin/([a-z]+-[a-z0-9]+)/vsphere-plugin\\.zip");

    private final Logins logins;
    private final LoginTokens tokens;
    private final WorkloadManagement workload;
    private final Namespaces namespaces;
    private final GuestDirectory guests;
    private final PluginDownload plugin;

    public WcpFront(
            Logins logins,
            LoginTokens tokens,
            WorkloadManagement workload,
            Namespaces namespaces,
            GuestDirectory guests,
            PluginDownload plugin) {
        this.logins = logins;
        this.tokens = tokens;
        this.workload = workload;
        this.namespaces = namespaces;
        this.guests = guests;
        this.plugin = plugin;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        String path = exchange.rawPath();
        Matcher download = PLUGIN.matcher(path);
        if (download.matches() && isGet(exchange)) {
            plugin(exchange, download.group(1));
            return;
        }
        switch (exchange.method() + " " + path) {
            case "GET /wcp/loginbanner" -> HttpAnswers.text(exchange, 200, "text/plain", banner());
            case "POST /wcp/login" -> login(exchange);
            case "GET /wcp/workloads" -> workloads(exchange);
            case "GET /healthz" -> HttpAnswers.text(exchange, 200, "text/plain", "ok");
            case "GET /" -> HttpAnswers.text(exchange, 200, "text/html", page());
            default -> refuse(exchange, 404, "there is nothing at " + path);
        }
    }

    private static boolean isGet(Exchange exchange) {
        return exchange.method().equals("GET") || exchange.method().equals("HEAD");
    }

    private String banner() {
        return workload.list().stream()
                .map(enabled -> enabled.spec().loginBanner())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private void login(Exchange exchange) throws IOException {
        Optional<HttpAnswers.Basic> basic = HttpAnswers.basic(exchange);
        Optional<Principal> user = basic.flatMap(given -> logins.authenticate(given.user(), given.password()));
        if (user.isEmpty()) {
            unauthorized(exchange);
            return;
        }
        JsonNode body;
        try {
            body = HttpAnswers.body(exchange);
        } catch (ApiException e) {
            refuse(exchange, 400, String.valueOf(e.getMessage()));
            return;
        }
        String login = basic.get().user();
        String name = body.path("guest_cluster_name").asText("");
        if (name.isEmpty()) {
            HttpAnswers.json(
                    exchange,
                    200,
                    Json.object().put("session_id", tokens.issue(user.get(), login, List.of(ClusterId.SUPERVISOR))));
            return;
        }
        guestLogin(
                exchange,
                user.get(),
                login,
                body.path("guest_cluster_namespace").asText(""),
                name);
    }

    private void guestLogin(Exchange exchange, Principal user, String login, String namespace, String name)
            throws IOException {
        List<String> visible =
                namespaces.visibleTo(user).stream().map(NamespaceSpec::name).toList();
        List<GuestDirectory.Guest> found = guests.find(namespace, name).stream()
                .filter(guest -> visible.contains(guest.namespace()))
                .toList();
        if (found.isEmpty()) {
            refuse(
                    exchange,
                    404,
                    "there is no Tanzu Kubernetes cluster '" + name + "'"
                            + (namespace.isEmpty() ? "" : " in namespace '" + namespace + "'")
                            + " that you may log in to");
            return;
        }
        if (found.size() > 1) {
            refuse(
                    exchange,
                    400,
                    "there are clusters named '" + name + "' in namespaces "
                            + found.stream()
                                    .map(GuestDirectory.Guest::namespace)
                                    .toList()
                            + "; name one with --tanzu-kubernetes-cluster-namespace");
            return;
        }
        GuestDirectory.Guest guest = found.getFirst();
        if (guest.server().isEmpty()) {
            refuse(exchange, 503, "the cluster '" + name + "' has no API yet; see kubectl describe tkc " + name);
            return;
        }
        if (!guests.takeTokens()) {
            refuse(
                    exchange,
                    501,
                    "the cluster '" + name
                            + "' is served by its own machines, which do not know the tokens of this login;"
                            + " take its kubeconfig from the console, or from the Secret " + name
                            + "-kubeconfig in namespace "
                            + guest.namespace());
            return;
        }
        ObjectNode answer = Json.object()
                .put("session_id", tokens.issue(user, login, List.of(ClusterId.SUPERVISOR, guest.cluster())))
                .put("guest_cluster_server", guest.server())
                .put(
                        "guest_cluster_ca",
                        Base64.getEncoder().encodeToString(guest.authorityPem().getBytes(StandardCharsets.UTF_8)));
        HttpAnswers.json(exchange, 200, answer);
    }

    private void workloads(Exchange exchange) throws IOException {
        Optional<Principal> user = HttpAnswers.basic(exchange)
                .flatMap(given -> logins.authenticate(given.user(), given.password()))
                .or(() -> HttpAnswers.bearer(exchange)
                        .flatMap(tokens::verify)
                        .flatMap(found -> logins.find(found.name(), found.domain())));
        if (user.isEmpty()) {
            unauthorized(exchange);
            return;
        }
        ArrayNode list = Json.mapper().createArrayNode();
        for (NamespaceSpec namespace : namespaces.visibleTo(user.get())) {
            workload.find(namespace.cluster()).ifPresent(enabled -> {
                ObjectNode item = list.addObject()
                        .put("namespace", namespace.name())
                        .put("master_host", enabled.spec().firstVip().toString())
                        .put("control_plane_api_server_port", 6443);
                ArrayNode names = item.putArray("control_plane_DNS_names");
                enabled.spec().masterDnsNames().forEach(names::add);
            });
        }
        HttpAnswers.json(exchange, 200, list);
    }

    private void plugin(Exchange exchange, String system) throws IOException {
        Optional<byte[]> archive = plugin.archive(system);
        if (archive.isEmpty()) {
            refuse(
                    exchange,
                    404,
                    "there is no plugin for " + system + "; there is one for linux-amd64 and darwin-amd64");
            return;
        }
        exchange.responseHeader("Content-Disposition", "attachment; filename=vsphere-plugin.zip");
        exchange.respond(200, "application/zip", archive.get());
    }

    private static String page() {
        return """
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><title>Kubernetes CLI Tools</title>
                <h1>Kubernetes CLI Tools</h1>
                <p>Download the plugin, unpack it, and put its <code>bin</code> directory on your PATH. It needs kubectl and Java 25.</p>
                <ul>
                <li><a href="/wcp/plugin/linux-amd64/vsphere-plugin.zip">vsphere-plugin.zip for Linux</a></li>
                <li><a href="/wcp/plugin/darwin-amd64/vsphere-plugin.zip">vsphere-plugin.zip for macOS</a></li>
                </ul>
                <pre>kubectl vsphere login --server=ADDRESS --vsphere-username USER</pre>
                </html>
                """;
    }

    private static void unauthorized(Exchange exchange) throws IOException {
        exchange.responseHeader("WWW-Authenticate", "Basic realm=\"vcenter\"");
        refuse(exchange, 401, "user name or password is wrong, or the user is locked after failed logins");
    }

    private static void refuse(Exchange exchange, int status, String message) throws IOException {
        HttpAnswers.json(exchange, status, Json.object().put("code", status).put("message", message));
    }
}
