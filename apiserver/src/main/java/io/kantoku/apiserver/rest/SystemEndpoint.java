package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.metrics.ApiMetrics;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.List;

/** Answers paths that are no resource: discovery, version, health, metrics and schemas. */
final class SystemEndpoint {
    private final ClusterId cluster;
    private final Services services;
    private final Answers answers;
    private final DiscoveryEndpoint discovery;
    private final OpenApiEndpoint openApi;
    private final HealthEndpoint health;

    SystemEndpoint(ClusterId cluster, Services services, Answers answers) {
        this.cluster = cluster;
        this.services = services;
        this.answers = answers;
        this.discovery = new DiscoveryEndpoint(answers);
        this.openApi = new OpenApiEndpoint(cluster, services);
        this.health = new HealthEndpoint(cluster, services);
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
            case "healthz", "livez", "readyz" -> health.serve(segments, exchange);
            case "metrics" -> {
                requireLength(segments, 1);
                metrics(types, exchange);
            }
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

    private void metrics(ServedTypes types, Exchange exchange) throws IOException {
        byte[] text =
                services.metrics().text(cluster, types, services.versions().apply(cluster));
        Answers.send(exchange, 200, ApiMetrics.MEDIA_TYPE, text);
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
        for (String path :
                List.of("/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version")) {
            paths.add(path);
        }
        return index;
    }
}
