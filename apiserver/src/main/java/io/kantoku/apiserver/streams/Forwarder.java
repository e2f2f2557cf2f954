package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Status;
import io.kantoku.transport.BrokenAnswerException;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpRequest.Header;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.StreamingResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import io.kantoku.transport.Tunnel;
import io.kantoku.transport.UpgradeAnswer;
import io.kantoku.transport.websocket.WebSocketHandshake;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends a request on to another server, and its answer or its bytes back. Runs on the thread of the request. */
public final class Forwarder {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration SLOW_ANSWER = Duration.ofHours(1);
    private static final byte[] NO_BODY = {};
    private static final int BUFFER = 32 * 1024;
    private static final int LONGEST_REFUSAL = 32 * 1024;

    private final Supplier<HttpClient> http;

    /** @param http asked for with the first call */
    public Forwarder(Supplier<HttpClient> http) {
        this.http = http;
    }

    /** Whether a request asks to switch protocols. */
    public static boolean isUpgrade(Exchange exchange) {
        return !exchange.http2()
                && exchange.header("Upgrade").isPresent()
                && exchange.headers("Connection").stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("upgrade"));
    }

    /**
     * Forwards a request with its body, and answers with what comes back, redirects included.
     *
     * @param path path and query
     * @param prefix what the path stands for in the caller's view, put before a redirect's path; {@code ""} when redirects are refused
     * @throws ApiException 503 as long as there is no answer
     */
    public void forward(Exchange exchange, Target target, String path, String prefix) throws IOException {
        forward(exchange, target, path, prefix, List.of());
    }

    /**
     * The same with headers of our own.
     *
     * @throws ApiException 503 as long as there is no answer
     */
    public void forward(Exchange exchange, Target target, String path, String prefix, List<Header> own)
            throws IOException {
        List<Header> headers = new ArrayList<>(Headers.request(exchange));
        headers.addAll(own);
        HttpRequest request = new HttpRequest(exchange.method(), target, path, headers, NO_BODY, SLOW_ANSWER);
        boolean body = exchange.header("Transfer-Encoding").isPresent()
                || exchange.header("Content-Length")
                        .filter(length -> !length.equals("0"))
                        .isPresent()
                || (exchange.http2() && !List.of("GET", "HEAD", "DELETE").contains(exchange.method()));
        try (StreamingResponse answer =
                body ? http.get().open(request, exchange.body()) : http.get().open(request)) {
            if (!body) {
                exchange.onDisconnect(answer::close);
            }
            boolean redirect = answer.status() >= 300 && answer.status() < 400 && answer.status() != 304;
            if (redirect && prefix.isEmpty()) {
                throw redirected();
            }
            Headers.answer(answer.headers())
                    .forEach(header -> exchange.addResponseHeader(header.name(), header.value()));
            if (redirect) {
                answer.header("Location")
                        .ifPresent(location ->
                                exchange.responseHeader("Location", Locations.rewrite(location, target, prefix)));
            }
            copy(exchange, answer);
        } catch (TransportException e) {
            throw unreachable(e);
        }
    }

    /**
     * Gets a text of a kubelet's, as an answer or as messages of a WebSocket; what it refuses becomes a {@code Status} with its words, as upstream's API server does it.
     *
     * @throws ApiException as long as nothing has been answered
     */
    void fetch(Exchange exchange, Target target, String path) throws IOException {
        HttpRequest request = new HttpRequest("GET", target, path, List.of(), NO_BODY, ANSWER).header("Accept", "*/*");
        try (StreamingResponse answer = http.get().open(request)) {
            exchange.onDisconnect(answer::close);
            if (answer.status() != 200) {
                throw refusal(answer);
            }
            if (isUpgrade(exchange) && WebSocketHandshake.requested(exchange)) {
                TextMessages.send(exchange, answer.body());
            } else {
                copy(exchange, answer);
            }
        } catch (TransportException e) {
            throw undialled(e);
        }
    }

    private static ApiException refusal(StreamingResponse answer) throws IOException {
        if (answer.status() >= 300 && answer.status() < 400) {
            return redirected();
        }
        String words = new String(answer.body().readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8).strip();
        String reason = switch (answer.status()) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            default -> "InternalError";
        };
        return new ApiException(Status.failure(
                answer.status(), reason, words.isEmpty() ? "the kubelet answered " + answer.status() : words));
    }

    private static void copy(Exchange exchange, StreamingResponse answer) throws IOException {
        String type = answer.header("Content-Type").orElse("");
        if (exchange.method().equals("HEAD") || answer.status() == 204 || answer.status() == 304) {
            exchange.respond(answer.status(), type, NO_BODY);
            return;
        }
        OutputStream out = exchange.stream(answer.status(), type);
        out.flush();
        InputStream in = answer.body();
        byte[] buffer = new byte[BUFFER];
        for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
            out.write(buffer, 0, count);
            out.flush();
        }
        out.close();
    }

    private static int read(InputStream in, byte[] buffer) throws IOException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new BrokenAnswerException("the server behind ended its answer early: " + e.getMessage(), e);
        }
    }

    /**
     * Forwards a request to switch protocols; after {@code 101} carries bytes until both sides have ended.
     *
     * @param path path and query
     * @throws ApiException as long as nothing has been answered
     */
    public void tunnel(Exchange exchange, Target target, String path) throws IOException {
        tunnel(exchange, target, path, List.of());
    }

    /**
     * The same with headers of our own.
     *
     * @throws ApiException as long as nothing has been answered
     */
    public void tunnel(Exchange exchange, Target target, String path, List<Header> own) throws IOException {
        String protocol = exchange.header("Upgrade").orElse("");
        List<Header> headers = new ArrayList<>(Headers.request(exchange));
        headers.addAll(own);
        HttpRequest request = new HttpRequest(exchange.method(), target, path, headers, NO_BODY, ANSWER)
                .header("Connection", "Upgrade")
                .header("Upgrade", protocol);
        Optional<UpgradeAnswer.Switched> answer = dial(exchange, request);
        if (answer.isEmpty()) {
            return;
        }
        UpgradeAnswer.Switched switched = answer.get();
        try (Exchange.RawConnection far = switched.connection()) {
            Headers.answer(switched.headers())
                    .forEach(header -> exchange.addResponseHeader(header.name(), header.value()));
            join(exchange.upgrade(protocol), far);
        }
    }

    /**
     * Sends a request to switch protocols. When it is refused, the refusal has been handed to the client and there is no connection.
     *
     * @throws ApiException when there is no answer, or one that leads elsewhere
     */
    Optional<UpgradeAnswer.Switched> dial(Exchange exchange, HttpRequest request) throws IOException {
        UpgradeAnswer answer;
        try {
            answer = http.get().upgrade(request);
        } catch (TransportException e) {
            throw undialled(e);
        }
        return switch (answer) {
            case UpgradeAnswer.Switched switched -> Optional.of(checked(switched, request));
            case UpgradeAnswer.Refused(HttpResponse response) -> {
                refuse(exchange, response);
                yield Optional.empty();
            }
        };
    }

    private static UpgradeAnswer.Switched checked(UpgradeAnswer.Switched switched, HttpRequest request) {
        String wanted = value(request.headers(), "Upgrade");
        String given = value(switched.headers(), "Upgrade");
        if (!given.equalsIgnoreCase(wanted)) {
            switched.connection().close();
            throw new ApiException(Status.failure(
                    502, "BadGateway", "the backend switched to \"" + given + "\" and not to \"" + wanted + "\""));
        }
        return switched;
    }

    private static String value(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse("");
    }

    private static void refuse(Exchange exchange, HttpResponse response) throws IOException {
        if (response.status() >= 300 && response.status() < 400) {
            throw redirected();
        }
        exchange.responseHeader("Connection", "close");
        exchange.respond(response.status(), response.header("Content-Type").orElse("text/plain"), response.body());
    }

    /** Carries bytes until both sides have ended; closes both. */
    static void join(Exchange.RawConnection near, Exchange.RawConnection far) throws IOException {
        try {
            Tunnel.join(near, far);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static ApiException redirected() {
        return new ApiException(Status.failure(
                502, "BadGateway", "the backend attempted to redirect this request, which is not permitted"));
    }

    private static ApiException undialled(TransportException failure) {
        return ApiException.internal("error dialing backend: " + failure.getMessage());
    }

    private static ApiException unreachable(TransportException failure) {
        return new ApiException(
                Status.failure(503, "ServiceUnavailable", "error trying to reach service: " + failure.getMessage()));
    }
}
