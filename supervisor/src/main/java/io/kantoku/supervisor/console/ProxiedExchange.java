package io.kantoku.supervisor.console;

import io.kantoku.transport.Exchange;
import io.kantoku.transport.ForwardedExchange;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A request of the console as a Kubernetes API sees it: with that API's path, a bearer token in place of the browser's credentials,
 * and no impersonation.
 */
final class ProxiedExchange extends ForwardedExchange {
    private static final Set<String> HIDDEN =
            Set.of("cookie", "vmware-api-session-id", "x-csrf-token", "authorization");

    private final String path;
    private final String authorization;

    ProxiedExchange(Exchange exchange, String path, String token) {
        super(exchange);
        this.path = path;
        this.authorization = "Bearer " + token;
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    @Override
    public List<String> headers(String name) {
        if (name.equalsIgnoreCase("authorization")) {
            return List.of(authorization);
        }
        return hidden(name) ? List.of() : super.headers(name);
    }

    @Override
    public List<String> headerNames() {
        return super.headerNames().stream().filter(name -> !hidden(name)).toList();
    }

    private static boolean hidden(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return HIDDEN.contains(lower) || lower.startsWith("impersonate-");
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return List.of();
    }
}
