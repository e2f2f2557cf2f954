package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.apiserver.registry.Failures;
import io.kantoku.transport.BodyTooLargeException;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.Locale;

/** Reads request bodies: JSON, YAML or protobuf, of bounded size. */
final class Bodies {
    /** The largest body, as upstream. */
    static final int LIMIT = 3 << 20;

    private Bodies() {}

    /** The media type without parameters; {@code ""} when there is none. */
    static String mediaType(Exchange exchange) {
        return exchange.header("Content-Type")
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /** @throws ApiException 413 when it is too long */
    static byte[] bytes(Exchange exchange) throws IOException {
        try {
            return exchange.readBody(LIMIT);
        } catch (BodyTooLargeException e) {
            throw new ApiException(
                    Status.failure(413, "RequestEntityTooLarge", "Request entity too large: limit is " + LIMIT));
        }
    }

    /** @throws ApiException 400 when it is no object, 413 when it is too long, 415 when it is in another form */
    static ObjectNode object(Exchange exchange) throws IOException {
        if (tree(exchange) instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the request body must be an object");
    }

    private static JsonNode tree(Exchange exchange) throws IOException {
        String type = mediaType(exchange);
        return switch (type) {
            case "application/json", "", "text/plain", "application/octet-stream" -> Json.parse(bytes(exchange));
            case "application/yaml", "text/yaml", "application/x-yaml" -> Yaml.parse(bytes(exchange));
            case ProtobufBody.MEDIA_TYPE -> ProtobufBody.parse(bytes(exchange));
            default ->
                throw Failures.unsupportedMediaType("the body of the request was in an unknown format - accepted media"
                        + " types include: application/json, application/yaml, application/vnd.kubernetes.protobuf; \""
                        + type + "\" is not among them");
        };
    }
}
