package io.kantoku.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A request of a client's.
 *
 * @param path path and query as they go over the wire, escaped, beginning with {@code /}
 * @param headers in order; a name may repeat
 * @param body empty for none
 * @param timeout until the whole answer is there, or for a stream its headers
 */
@SuppressWarnings("ArrayRecordComponent") // requests are not compared
public record HttpRequest(
        String method, Target target, String path, List<Header> headers, byte[] body, Duration timeout) {
    /** Thirty seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private static final byte[] NO_BODY = {};

    /** A header; the value of one that authenticates is not printed. */
    public record Header(String name, String value) {
        @Override
        public String toString() {
            return name.equalsIgnoreCase("Authorization") || name.equalsIgnoreCase("Cookie")
                    ? name + ": (secret)"
                    : name + ": " + value;
        }
    }

    public HttpRequest {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a request's path begins with a slash: \"" + path + "\"");
        }
        headers = List.copyOf(headers);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("a request's timeout is positive: " + timeout);
        }
    }

    public static HttpRequest of(String method, Target target, String path) {
        return new HttpRequest(method, target, path, List.of(), NO_BODY, DEFAULT_TIMEOUT);
    }

    public static HttpRequest get(Target target, String path) {
        return of("GET", target, path);
    }

    public HttpRequest header(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new HttpRequest(method, target, path, more, body, timeout);
    }

    public HttpRequest body(String contentType, byte[] newBody) {
        HttpRequest typed = header("Content-Type", contentType);
        return new HttpRequest(method, target, path, typed.headers, newBody, timeout);
    }

    public HttpRequest timeout(Duration newTimeout) {
        return new HttpRequest(method, target, path, headers, body, newTimeout);
    }

    /** Method, target and path without the query; never a header or body. */
    @Override
    public String toString() {
        int query = path.indexOf('?');
        return method + " " + target + (query < 0 ? path : path.substring(0, query));
    }
}
