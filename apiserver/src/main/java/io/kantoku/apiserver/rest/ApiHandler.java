package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.FieldSelector;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.WriteListener;
import io.kantoku.apiserver.aggregation.AnsweredApi;
import io.kantoku.apiserver.audit.AuditTrail;
import io.kantoku.apiserver.auth.Authenticator.Credential;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.Failures;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One logical cluster's API over HTTP. A request passes authentication, impersonation, flow control and authorization, and is then
 * answered by the endpoint of its path; whatever goes wrong is answered with a {@code Status}.
 */
public final class ApiHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final String BEARER = "bearer ";
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final List<String> IMPERSONATION =
            List.of("impersonate-user", "impersonate-group", "impersonate-uid");

    private final ClusterId cluster;
    private final Services services;
    private final ResourceEndpoint resources;
    private final SystemEndpoint system;
    private final WriteListener writes;

    public ApiHandler(ClusterId cluster, Services services, WriteListener writes) {
        this.cluster = cluster;
        this.services = services;
        this.writes = writes;
        Answers answers = new Answers(new ObjectForms(services.clock()));
        this.resources = new ResourceEndpoint(services, answers);
        this.system = new SystemEndpoint(cluster, services, answers);
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        String id = exchange.header("Audit-Id")
                .filter(ApiHandler::plausible)
                .orElseGet(() -> UUID.randomUUID().toString());
        Optional<AuditTrail> trail = services.audit().begin(cluster, id, exchange);
        if (trail.isEmpty()) {
            handle(exchange, id);
            return;
        }
        try {
            ScopedValue.where(AuditTrail.CURRENT, trail.get()).call(() -> {
                handle(trail.get().exchange(), id);
                return true;
            });
        } finally {
            trail.get().complete();
        }
    }

    private void handle(Exchange exchange, String id) throws IOException {
        exchange.responseHeader("Audit-Id", id).responseHeader("Cache-Control", "no-cache, private");
        UserInfo caller = UserInfo.ANONYMOUS;
        RequestCount count = new RequestCount(services.metrics().of(cluster), exchange);
        try {
            caller = authenticated(exchange);
            serve(caller, count, exchange);
        } catch (ApiException e) {
            refuse(exchange, e.status());
        } catch (RuntimeException e) {
            LOG.atError()
                    .setMessage("a request failed")
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("method", exchange.method())
                    .addKeyValue("path", exchange.rawPath())
                    .addKeyValue("audit", id)
                    .setCause(e)
                    .log();
            refuse(
                    exchange,
                    ApiException.internal("the request failed; the server's log has the reason under " + id)
                            .status());
        } finally {
            count.end();
            if (!READS.contains(exchange.method())) {
                writes.written(cluster, caller, exchange);
            }
        }
    }

    private UserInfo authenticated(Exchange exchange) {
        try {
            return services.authenticators().authenticate(cluster, credentials(exchange));
        } catch (ApiException e) {
            audit(trail -> trail.unauthenticated(path(exchange).info()));
            throw e;
        }
    }

    private static ApiPath path(Exchange exchange) {
        return ApiPath.parse(exchange.method(), exchange.rawPath(), exchange.flag("watch"), singleName(exchange));
    }

    private void serve(UserInfo caller, RequestCount count, Exchange exchange) throws IOException {
        ApiPath path = path(exchange);
        audit(trail -> trail.request(caller, path.info()));
        UserInfo user = services.impersonation().actingAs(cluster, caller, impersonation(exchange));
        audit(trail -> trail.actsAs(user));
        count.begin(path, services.types().of(cluster));
        count(user, path.info(), exchange);
        services.access().admit(cluster, user, path.info());
        try (FlowControl.Place place = services.flow().enter(cluster, user, path.info())) {
            if (path.info().longRunning()) {
                place.close();
            }
            if (aggregated(user, path, exchange)) {
                return;
            }
            if (path.info().resourceRequest()) {
                resources.serve(cluster, user, path, exchange);
            } else {
                system.serve(path, exchange);
            }
        }
    }

    /** Tells the client which flow its request is counted among; streams other than watches are in none. */
    private void count(UserInfo user, RequestInfo request, Exchange exchange) {
        if (!request.longRunning() || request.verb().equals("watch")) {
            services.flow()
                    .classify(cluster, user, request)
                    .ifPresent(flow -> exchange.responseHeader("X-Kubernetes-Pf-Flowschema-Uid", flow.schemaUid())
                            .responseHeader("X-Kubernetes-Pf-Prioritylevel-Uid", flow.levelUid()));
        }
    }

    /** Whether another server serves the group version, and has answered; what is served here comes first. */
    private boolean aggregated(UserInfo user, ApiPath path, Exchange exchange) throws IOException {
        List<String> segments = path.segments();
        if (segments.size() < 3 || !segments.getFirst().equals("apis")) {
            return false;
        }
        String group = segments.get(1);
        String version = segments.get(2);
        if (services.types().of(cluster).versions(group).contains(version)) {
            return false;
        }
        Optional<AnsweredApi> answered = services.aggregation().answered(cluster, group, version);
        if (answered.isPresent()) {
            requireRead(exchange);
            ObjectNode answer = path.info().resourceRequest()
                    ? answered.get().answer(cluster, path.info(), Parameters.text(exchange, "labelSelector"))
                    : answered.get().resources();
            exchange.respond(200, "application/json", Json.bytes(answer));
            return true;
        }
        return services.aggregation().forward(cluster, user, group, version, exchange);
    }

    private static List<Credential> credentials(Exchange exchange) {
        List<Credential> found = new ArrayList<>(2);
        if (!exchange.peerCertificates().isEmpty()) {
            found.add(new Credential.Certificate(exchange.peerCertificates()));
        }
        Optional<String> header = exchange.header("Authorization");
        if (header.isPresent() && header.get().toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            String token = header.get().substring(BEARER.length()).strip();
            if (!token.isEmpty()) {
                found.add(new Credential.Bearer(token));
            }
        }
        return found;
    }

    private static Map<String, List<String>> impersonation(Exchange exchange) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : IMPERSONATION) {
            List<String> values = exchange.headers(name);
            if (!values.isEmpty()) {
                headers.put(name, values);
            }
        }
        for (String name : exchange.headerNames()) {
            if (name.toLowerCase(Locale.ROOT).startsWith("impersonate-")) {
                headers.put(name.toLowerCase(Locale.ROOT), exchange.headers(name));
            }
        }
        return headers;
    }

    /** A list or watch of the one object that a field selector names is authorized by that name. */
    private static String singleName(Exchange exchange) {
        try {
            return FieldSelector.parse(Parameters.text(exchange, "fieldSelector"))
                    .requires("metadata.name")
                    .orElse("");
        } catch (IllegalArgumentException e) {
            return ""; // refused with its reason where the selector is used
        }
    }

    private static boolean plausible(String id) {
        return id.length() <= 64 && id.chars().allMatch(c -> c == '-' || Character.isLetterOrDigit(c));
    }

    private static void audit(Consumer<AuditTrail> what) {
        if (AuditTrail.CURRENT.isBound()) {
            what.accept(AuditTrail.CURRENT.get());
        }
    }

    private static void refuse(Exchange exchange, Status status) throws IOException {
        audit(trail -> trail.failed(status));
        Status.Details details = status.details();
        if (details != null && details.retryAfterSeconds() > 0) {
            exchange.responseHeader("Retry-After", Integer.toString(details.retryAfterSeconds()));
        }
        Wanted wanted = status.code() == 406 ? Wanted.JSON : Negotiation.forErrors(exchange);
        exchange.respond(status.code(), wanted.syntax().mediaType(), Answers.bytes(status.toJson(), wanted));
    }

    /** Only reads are served outside of resources. */
    static void requireRead(Exchange exchange) {
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            throw Failures.methodNotAllowed();
        }
    }
}
