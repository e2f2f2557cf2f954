package io.kantoku.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A complete answer.
 *
 * @param headers as they came
 */
@SuppressWarnings("ArrayRecordComponent") // answers are not compared
public record HttpResponse(int status, List<HttpRequest.Header> headers, byte[] body) {
    public HttpResponse {
        headers = List.copyOf(headers);
    }

    /** The first value of a header; names are case-insensitive. */
    public Optional<String> header(String name) {
        return first(headers, name);
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    static Optional<String> first(List<HttpRequest.Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(HttpRequest.Header::value)
                .findFirst();
    }

    @Override
    public String toString() {
        return "HttpResponse[" + status + ", " + body.length + " bytes]";
    }
}
