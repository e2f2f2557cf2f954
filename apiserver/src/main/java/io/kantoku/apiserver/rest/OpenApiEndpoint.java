package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.List;

/** {@code /openapi/v2} and {@code /openapi/v3}. */
final class OpenApiEndpoint {
    private final ClusterId cluster;
    private final ResourceTypes types;
    private final OpenApiSource source;

    OpenApiEndpoint(ClusterId cluster, ResourceTypes types, OpenApiSource source) {
        this.cluster = cluster;
        this.types = types;
        this.source = source;
    }

    void serve(List<String> segments, Exchange exchange) throws IOException {
        ServedTypes served = types.of(cluster);
        OpenApiDocuments documents =
                served.derived(OpenApiDocuments.class, () -> new OpenApiDocuments(served, source));
        String path = String.join("/", segments);
        if (path.equals("openapi/v2")) {
            requireJson(exchange);
            documents.v2().send(exchange);
        } else if (path.equals("openapi/v3")) {
            documents.index().send(exchange);
        } else if (path.startsWith("openapi/v3/")) {
            requireJson(exchange);
            GroupVersion version = version(segments.subList(2, segments.size()));
            if (served.in(version).isEmpty()) {
                throw ResourceTypes.notServed();
            }
            documents.v3(version).send(exchange);
        } else {
            throw ResourceTypes.notServed();
        }
    }

    private static GroupVersion version(List<String> path) {
        if (path.size() == 2 && path.getFirst().equals("api")) {
            return new GroupVersion("", path.get(1));
        }
        if (path.size() == 3 && path.getFirst().equals("apis")) {
            return new GroupVersion(path.get(1), path.get(2));
        }
        throw ResourceTypes.notServed();
    }

    /** Schemas are written as JSON only; a client that wants nothing but protobuf is told so. */
    private static void requireJson(Exchange exchange) {
        boolean json = Negotiation.alternatives(exchange).stream().anyMatch(Negotiation.Alternative::json);
        if (!json) {
            throw Negotiation.notAcceptable();
        }
    }
}
