package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.JsonFields;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.apiserver.registry.Failures;
import io.kantoku.transport.BodyTooLargeException;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/** Reads request bodies: JSON, YAML or protobuf, of bounded size. */
final class Bodies {
    /** The largest body, as upstream. */
    static final int LIMIT = 3 << 20;

    private static final int LONGEST_SUMMARY = 30;

    private static final Set<String> JSON = Set.of("application/json", "", "text/plain", "application/octet-stream");

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

    /**
     * An object as it was sent.
     *
     * @param fields its fields as they stood there when some of them stood there twice, otherwise nothing
     */
    record Sent(ObjectNode object, JsonFields fields) {}

    /**
     * Reads an object for a write, as {@link #object}.
     *
     * @param kind what it is to be
     */
    static Sent sent(Exchange exchange, String kind) throws IOException {
        String type = mediaType(exchange);
        if (!JSON.contains(type)) {
            return new Sent(object(exchange), JsonFields.NONE);
        }
        byte[] bytes = bytes(exchange);
        return new Sent(recognized(bytes, kind), doubled(bytes));
    }

    private static ObjectNode recognized(byte[] json, String kind) {
        try {
            return Json.parseObject(json);
        } catch (ApiException e) {
            throw ApiException.badRequest("the object provided is unrecognized (must be of type " + kind + "): "
                    + e.getMessage() + " (" + summary(json) + ")");
        }
    }

    /** The beginning of a body: as text when it looks like JSON, otherwise its bytes. */
    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        int shown = Math.min(body.length, LONGEST_SUMMARY);
        String text = body[0] == '{'
                ? new String(body, 0, shown, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(body, 0, shown);
        return shown < body.length ? text + " ..." : text;
    }

    /** The fields of a JSON text as they stand there when one stands there twice. */
    static JsonFields doubled(byte[] json) {
        return Json.hasDoubledFields(json) ? JsonFields.of(json) : JsonFields.NONE;
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
