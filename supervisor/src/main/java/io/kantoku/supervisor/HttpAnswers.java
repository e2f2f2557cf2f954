package io.kantoku.supervisor;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Small things that all HTTP endpoints of this module do alike. */
public final class HttpAnswers {
    private static final String JSON = "application/json";
    private static final int LARGEST_BODY = 1 << 20;

    private HttpAnswers() {}

    public static void json(Exchange exchange, int status, JsonNode body) throws IOException {
        exchange.respond(status, JSON, Json.bytes(body));
    }

    public static void text(Exchange exchange, int status, String type, String body) throws IOException {
        exchange.respond(status, type + "; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** The request's JSON body; an empty body is an empty object. */
    public static JsonNode body(Exchange exchange) throws IOException {
        byte[] bytes = exchange.readBody(LARGEST_BODY);
        return bytes.length == 0 ? Json.object() : Json.parse(bytes);
    }

    /** User name and password of HTTP basic authentication (RFC 7617). */
    public record Basic(String user, String password) {
        @Override
        public String toString() {
            return "Basic[" + user + "]";
        }
    }

    /** The token of bearer authentication (RFC 6750). */
    public static Optional<String> bearer(Exchange exchange) {
        return exchange.header("Authorization")
                .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(header -> header.substring(7).trim());
    }

    public static Optional<Basic> basic(Exchange exchange) {
        String header = exchange.header("Authorization").orElse("");
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return Optional.empty();
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(header.substring(6).trim()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Basic(pair.substring(0, colon), pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not base64: no credentials
        }
    }
}
