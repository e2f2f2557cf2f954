package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Answers paths that are no resource: discovery, version, health and schemas. */
final class SystemEndpoint {
    private static final Set<String> CHECKS = Set.of("ping", "log", "etcd");

    private final ClusterId cluster;
    private final Services services;
    private final Answers answers;
    private final DiscoveryEndpoint discovery;
    private final OpenApiEndpoint openApi;

    SystemEndpoint(ClusterId cluster, Services services, Answers answers) {
        this.cluster = cluster;
        this.services = services;
        this.answers = answers;
        this.discovery = new DiscoveryEndpoint(answers);
        this.openApi = new OpenApiEndpoint(cluster, services);
    }

    void serve(ApiPath path, Exchange exchange) throws IOException {
        ApiHandler.requireRead(exchange);
        List<String> segments = path.segments();
        ServedTypes types = services.types().of(cluster);
        String first = segments.isEmpty() ? "" : segments.getFirst();
        switch (first) {
            case "" -> answers.tree(exchange, 200, index(types), Negotiation.wanted(exchange));
            case "api", "apis" -> discovery.serve(types, services.aggregation().discovery(cluster), segments, exchange);
            case "version" -> {
                requireLength(segments, 1);
                answers.tree(
                        exchange,
                        200,
                        VersionInfo.of(services.versions().apply(cluster)),
                        Negotiation.wanted(exchange));
            }
            case "openapi" -> openApi.serve(segments, exchange);
            case "healthz", "livez", "readyz" -> health(segments, exchange);
            default ->
                services.documents()
                        .find(cluster, path.info().path())
                        .orElseThrow(ResourceTypes::notServed)
                        .send(exchange);
        }
    }

    private static void requireLength(List<String> segments, int length) {
        if (segments.size() != length) {
            throw ResourceTypes.notServed();
        }
    }

    private void health(List<String> segments, Exchange exchange) throws IOException {
        String endpoint = segments.getFirst();
        if (segments.size() > 1 && !(segments.size() == 2 && CHECKS.contains(segments.get(1)))) {
            throw ResourceTypes.notServed();
        }
        boolean store = storeAnswers();
        String text = store ? "ok" : endpoint + " check failed: etcd: the store does not answer\n";
        if (exchange.flag("verbose") && segments.size() == 1) {
            text = "[+]ping ok\n[+]log ok\n" + (store ? "[+]etcd ok\n" : "[-]etcd failed: the store does not answer\n")
                    + endpoint + " check " + (store ? "passed" : "failed") + "\n";
        }
        exchange.respond(store ? 200 : 500, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private boolean storeAnswers() {
        try {
            services.registry().checkHealth();
            return true;
        } catch (ApiException e) {
            return false;
        }
    }

    private static ObjectNode index(ServedTypes types) {
        ObjectNode index = Json.object();
        ArrayNode paths = index.putArray("paths");
        paths.add("/api").add("/api/v1").add("/apis");
        for (String group : types.groups()) {
            if (!group.isEmpty()) {
                paths.add("/apis/" + group);
                types.versions(group).forEach(version -> paths.add("/apis/" + group + "/" + version));
            }
        }
        for (String path : List.of("/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version")) {
            paths.add(path);
        }
        return index;
    }
}
