package io.kantoku.apiserver.rest;

import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.metrics.ClusterMetrics;
import io.kantoku.apiserver.metrics.Operation;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.transport.Exchange;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts and times one request. Used by the request's thread. */
final class RequestCount {
    private static final Set<String> CONNECTIONS = Set.of("attach", "exec", "portforward", "proxy");
    private static final Set<String> METHODS = Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");
    private static final Set<String> SYSTEM =
            Set.of("/api", "/apis", "/healthz", "/livez", "/metrics", "/openapi", "/readyz", "/version");

    private final ClusterMetrics metrics;
    private final Exchange exchange;
    private final long arrived = System.nanoTime();
    private @Nullable Operation operation;

    RequestCount(ClusterMetrics metrics, Exchange exchange) {
        this.metrics = metrics;
        this.exchange = exchange;
    }

    /** Work begins, for it is known what is asked for. */
    void begin(ApiPath path, ServedTypes types) {
        Operation known = operation(path, types);
        operation = known;
        metrics.begin(known);
    }

    /** The request has been answered; one that never came so far counts by its method alone. */
    void end() {
        if (operation == null) {
            operation = new Operation(method(), "", "", "", "", "");
            metrics.begin(operation);
        }
        String dryRun = exchange.query("dryRun").filter("All"::equals).orElse("");
        metrics.end(operation, dryRun, exchange.status(), System.nanoTime() - arrived);
    }

    private Operation operation(ApiPath path, ServedTypes types) {
        RequestInfo info = path.info();
        if (!info.resourceRequest()) {
            String first =
                    path.segments().isEmpty() ? "" : "/" + path.segments().getFirst();
            return new Operation(method(), "", "", "", SYSTEM.contains(first) ? first : "", "");
        }
        boolean served = types.find(info.groupResource(), info.version())
                .filter(type -> info.subresource().isEmpty() || type.has(info.subresource(), info.version()))
                .isPresent();
        return served
                ? new Operation(
                        verb(info), info.group(), info.version(), info.resource(), info.subresource(), scope(info))
                : new Operation(verb(info), "", "", "", "", scope(info));
    }

    private String verb(RequestInfo info) {
        if (CONNECTIONS.contains(info.subresource())) {
            return "CONNECT";
        }
        return switch (info.verb()) {
            case "list", "watch", "deletecollection" -> info.verb().toUpperCase(Locale.ROOT);
            case "patch" -> Bodies.mediaType(exchange).equals("application/apply-patch+yaml") ? "APPLY" : "PATCH";
            default -> method();
        };
    }

    private static String scope(RequestInfo info) {
        if (!info.name().isEmpty() || info.verb().equals("create")) {
            return "resource";
        }
        return info.namespace().isEmpty() ? "cluster" : "namespace";
    }

    private String method() {
        String method = exchange.method();
        return METHODS.contains(method) ? method : "other";
    }
}
