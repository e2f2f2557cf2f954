package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.HttpAnswers;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import io.kantoku.vsphere.VsphereException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Serves vCenter's REST API. Answers of {@code /rest} are wrapped in {@code value}, those of {@code /api} are bare; errors take
 * the form of their family.
 */
public final class VcenterApi implements HttpHandler {
    private static final String SESSION = "vmware-api-session-id";
    private static final String REST_SESSION = "/rest/com/vmware/cis/session";
    private static final String API_SESSION = "/api/session";

    private final Users users;
    private final Sessions sessions;
    private final Routes routes;

    public VcenterApi(Users users, Sessions sessions, List<? extends Operations> operations) {
        this.users = users;
        this.sessions = sessions;
        this.routes = new Routes();
        operations.forEach(group -> group.addTo(routes));
    }

    /** Whether a path belongs to this API. */
    public static boolean serves(String path) {
        return path.startsWith("/rest/") || path.startsWith("/api/");
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        boolean rest = exchange.rawPath().startsWith("/rest/");
        try {
            dispatch(exchange, rest);
        } catch (VapiException e) {
            fail(exchange, rest, e);
        } catch (VsphereException e) {
            fail(exchange, rest, translate(e));
        } catch (ApiException e) {
            fail(
                    exchange,
                    rest,
                    VapiException.of(
                            VapiError.INTERNAL_SERVER_ERROR,
                            "io.kantoku.wcp.kubernetes",
                            "the Supervisor's API refused: " + e.getMessage()));
        }
    }

    private void dispatch(Exchange exchange, boolean rest) throws IOException {
        String path = exchange.rawPath();
        if (path.equals(REST_SESSION) || path.equals(API_SESSION)) {
            session(exchange, rest);
            return;
        }
        Sessions.Session session = authenticated(exchange);
        String action =
                exchange.query("action").or(() -> exchange.query("~action")).orElse("");
        Optional<Routes.Match> match = routes.find(exchange.method(), path, action);
        if (match.isEmpty()) {
            throw VapiException.of(
                    VapiError.NOT_FOUND,
                    "com.vmware.vapi.rest.httpNotFound",
                    "there is no operation " + exchange.method() + " " + path
                            + (action.isEmpty() ? "" : "?action=" + action)
                            + (routes.methods(path).isEmpty() ? "" : "; the path knows " + routes.methods(path)));
        }
        Optional<JsonNode> answer = match.get()
                .operation()
                .call(new Call(exchange, session, match.get().variables()));
        if (answer.isEmpty()) {
            exchange.respond(rest ? 200 : 204, "", new byte[0]);
        } else {
            JsonNode body = rest ? Json.object().set("value", answer.get()) : answer.get();
            HttpAnswers.json(exchange, 200, body);
        }
    }

    private void session(Exchange exchange, boolean rest) throws IOException {
        boolean get = exchange.method().equals("GET")
                || exchange.query("~action").filter("get"::equals).isPresent();
        if (get) {
            Sessions.Session session = authenticated(exchange);
            JsonNode body = Json.object()
                    .put("user", session.user().fullName())
                    .put("created_time", session.created().toString())
                    .put("last_accessed_time", session.lastUsed().toString());
            HttpAnswers.json(exchange, 200, rest ? Json.object().set("value", body) : body);
            return;
        }
        switch (exchange.method()) {
            case "POST" -> open(exchange, rest);
            case "DELETE" -> {
                sessions.close(authenticated(exchange).token());
                exchange.respond(rest ? 200 : 204, "", new byte[0]);
            }
            default ->
                throw VapiException.of(
                        VapiError.NOT_FOUND,
                        "com.vmware.vapi.rest.httpNotFound",
                        "a session knows POST, GET and DELETE");
        }
    }

    private void open(Exchange exchange, boolean rest) throws IOException {
        Principal user = HttpAnswers.basic(exchange)
                .flatMap(given -> users.authenticate(given.user(), given.password()))
                .orElseThrow(VcenterApi::unauthenticated);
        String token = sessions.open(user).token();
        exchange.addResponseHeader("Set-Cookie", SESSION + "=" + token + "; Path=/; Secure; HttpOnly; SameSite=Strict");
        JsonNode text = Json.mapper().getNodeFactory().textNode(token);
        HttpAnswers.json(exchange, rest ? 200 : 201, rest ? Json.object().set("value", text) : text);
    }

    private Sessions.Session authenticated(Exchange exchange) {
        return exchange.header(SESSION)
                .or(() -> cookie(exchange))
                .flatMap(sessions::use)
                .orElseThrow(VcenterApi::unauthenticated);
    }

    private static VapiException unauthenticated() {
        return VapiException.of(
                VapiError.UNAUTHENTICATED,
                "com.vmware.vapi.endpoint.method.authentication.required",
                "Authentication required.");
    }

    private static Optional<String> cookie(Exchange exchange) {
        for (String header : exchange.headers("Cookie")) {
            for (String pair : header.split(";", -1)) {
                String trimmed = pair.trim();
                if (trimmed.startsWith(SESSION + "=")) {
                    return Optional.of(trimmed.substring(SESSION.length() + 1));
                }
            }
        }
        return Optional.empty();
    }

    private static VapiException translate(VsphereException e) {
        VapiError error = switch (e.code()) {
            case NOT_FOUND -> VapiError.NOT_FOUND;
            case ALREADY_EXISTS -> VapiError.ALREADY_EXISTS;
            case INVALID_ARGUMENT -> VapiError.INVALID_ARGUMENT;
            case INSUFFICIENT_RESOURCES -> VapiError.UNABLE_TO_ALLOCATE_RESOURCE;
            case IN_USE -> VapiError.RESOURCE_IN_USE;
            case NOT_ALLOWED_IN_CURRENT_STATE -> VapiError.NOT_ALLOWED_IN_CURRENT_STATE;
            case UNSUPPORTED -> VapiError.UNSUPPORTED;
            case TIMED_OUT -> VapiError.SERVICE_UNAVAILABLE;
            case INTERNAL -> VapiError.INTERNAL_SERVER_ERROR;
        };
        return new VapiException(
                error,
                List.of(new LocalizableMessage(
                        "com.vmware.vapi.std.errors." + error.name().toLowerCase(Locale.ROOT),
                        String.valueOf(e.getMessage()),
                        List.of())));
    }

    private static void fail(Exchange exchange, boolean rest, VapiException e) throws IOException {
        if (e.error() == VapiError.UNAUTHENTICATED) {
            exchange.responseHeader("WWW-Authenticate", "Basic realm=\"VAPI endpoint\"");
        }
        exchange.respond(e.error().status(), "application/json", rest ? e.restBody() : e.apiBody());
    }
}
