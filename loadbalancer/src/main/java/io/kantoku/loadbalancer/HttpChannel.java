package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests over HTTPS with basic authentication. */
final class HttpChannel implements ApiChannel {
    /** Checking a configuration of thousands of frontends takes a while on a slow machine. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(60);

    private static final Duration LONGEST_READ = Duration.ofSeconds(15);

    private final HttpClient http;
    private final Target target;
    private final String authorization;

    HttpChannel(HttpClient http, DataPlaneEndpoint endpoint) {
        this.http = http;
        this.target = new Target(
                endpoint.host(),
                endpoint.port(),
                Optional.of(ClientTls.trusting(endpoint.authorities())),
                new Dialler.Tcp(endpoint.stack()));
        this.authorization = "Basic "
                + Base64.getEncoder()
                        .encodeToString((endpoint.user() + ":" + endpoint.password()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Reply send(String method, String path, byte @Nullable [] json) {
        HttpRequest request = HttpRequest.of(method, target, path)
                .header("Authorization", authorization)
                .timeout(method.equals("GET") ? LONGEST_READ : LONGEST_WRITE);
        if (json != null) {
            request = request.body("application/json", json);
        }
        try {
            HttpResponse response = http.send(request);
            return new Reply(
                    response.status(),
                    response.header("Reload-ID"),
                    response.header("Configuration-Version").flatMap(HttpChannel::number),
                    response.text());
        } catch (TransportException e) {
            throw new DataPlaneException(code(e), String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.valueOf(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Code code(TransportException e) {
        return switch (e.code()) {
            case CONNECT_REFUSED, UNREACHABLE, UNKNOWN_HOST, TIMEOUT, CLOSED, INTERRUPTED -> Code.UNREACHABLE;
            case TLS_UNTRUSTED, TLS_NAME_MISMATCH -> Code.UNTRUSTED;
            case TLS_FAILED, PROTOCOL -> Code.NOT_DATA_PLANE_API;
        };
    }
}
