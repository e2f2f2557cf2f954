package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.catalog.openapi.OpenApiDocuments;
import io.kantoku.apiserver.protobuf.OpenApiMessage;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code /openapi/v2} and {@code /openapi/v3}. Documents are made for each request: clients keep them by their tags. */
final class OpenApiEndpoint {
    private static final String JSON = "application/json";
    private static final Set<String> PROTOBUF = Set.of(OpenApiMessage.MEDIA_TYPE, OpenApiMessage.OLD_MEDIA_TYPE);

    private final ClusterId cluster;
    private final Services services;

    OpenApiEndpoint(ClusterId cluster, Services services) {
        this.cluster = cluster;
        this.services = services;
    }

    void serve(List<String> segments, Exchange exchange) throws IOException {
        ServedTypes types = services.types().of(cluster);
        OpenApiDocuments documents = new OpenApiDocuments(
                List.copyOf(types.all()), services.versions().apply(cluster));
        boolean protobuf = String.join("/", segments).equals("openapi/v2") && protobufFirst(exchange);
        if (!protobuf) {
            requireJson(exchange);
        }
        switch (String.join("/", segments)) {
            case "openapi/v2" -> {
                String hash = documents.versions().stream().map(documents::hash).collect(Collectors.joining());
                String form = protobuf ? "protobuf" : "json";
                String tag = TaggedDocument.hash((hash + form).getBytes(StandardCharsets.US_ASCII));
                if (protobuf) {
                    send(exchange, tag, OpenApiMessage.MEDIA_TYPE, () -> OpenApiMessage.of(documents.v2()));
                } else {
                    send(exchange, tag, JSON, () -> Json.bytes(documents.v2()));
                }
            }
            case "openapi/v3" -> new TaggedDocument("application/json", Json.bytes(documents.index())).send(exchange);
            default -> {
                GroupVersion version = version(segments);
                if (types.in(version).isEmpty()) {
                    throw ResourceTypes.notServed();
                }
                send(exchange, documents.hash(version), JSON, () -> Json.bytes(documents.v3(version)));
            }
        }
    }

    private static void send(Exchange exchange, String hash, String mediaType, Supplier<byte[]> document)
            throws IOException {
        String tag = "\"" + hash + "\"";
        exchange.responseHeader("Etag", tag);
        if (TaggedDocument.isKnown(exchange, tag)) {
            exchange.respond(304, "", new byte[0]);
        } else {
            Answers.send(exchange, 200, mediaType, document.get());
        }
    }

    private static GroupVersion version(List<String> segments) {
        if (segments.size() == 4
                && segments.get(2).equals("api")
                && segments.get(1).equals("v3")) {
            return new GroupVersion("", segments.get(3));
        }
        if (segments.size() == 5
                && segments.get(2).equals("apis")
                && segments.get(1).equals("v3")) {
            return new GroupVersion(segments.get(3), segments.get(4));
        }
        throw ResourceTypes.notServed();
    }

    /** Whether the client likes protobuf better than JSON. */
    private static boolean protobufFirst(Exchange exchange) {
        for (Negotiation.Alternative alternative : Negotiation.alternatives(exchange)) {
            if (PROTOBUF.contains(alternative.type())) {
                return true;
            }
            if (alternative.json()) {
                return false;
            }
        }
        return false;
    }

    /** Other schemas are written as JSON only; a client that wants nothing but protobuf is told so. */
    private static void requireJson(Exchange exchange) {
        if (Negotiation.alternatives(exchange).stream().noneMatch(Negotiation.Alternative::json)) {
            throw Negotiation.notAcceptable();
        }
    }
}
