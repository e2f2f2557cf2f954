package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.HttpAnswers;
import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.audit.Deed;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Sessions.Session;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Opens and ends sessions, and finds the session of a request.
 *
 * <p>Programs carry the token in the header {@code vmware-api-session-id} or a cookie of that name. Browsers have a cookie of their
 * own, which pages of other origins cannot use: it is {@code SameSite=Strict}, and a request that changes something needs the
 * session's second token in a header. A request with the programs' cookie that a browser sends from another origin is refused.
 */
final class SessionDoor {
    private static final String TOKEN = "vmware-api-session-id";
    private static final String BROWSER_COOKIE = "__Host-kantoku-session";
    private static final String CSRF_HEADER = "X-CSRF-Token";
    private static final String COOKIE_RULES = "; Path=/; Secure; HttpOnly; SameSite=Strict";
    private static final String REST = "/rest/com/vmware/cis/session";
    private static final String API = "/api/session";
    private static final String BROWSER = "/api/kantoku/session";
    private static final String SOURCES = "/api/kantoku/login-sources";

    private final Logins logins;
    private final Sessions sessions;
    private final Audit audit;
    private final OidcDoor oidc;

    SessionDoor(Logins logins, Sessions sessions, Audit audit) {
        this.logins = logins;
        this.sessions = sessions;
        this.audit = audit;
        this.oidc = new OidcDoor(logins, (exchange, user) -> {
            Session session = sessions.open(user);
            tell(exchange, user.fullName(), 200);
            return BROWSER_COOKIE + "=" + session.token() + COOKIE_RULES;
        });
    }

    /** Whether the path is answered here. */
    boolean serves(String path) {
        return path.equals(REST)
                || path.equals(API)
                || path.equals(BROWSER)
                || path.equals(SOURCES)
                || oidc.serves(path);
    }

    void handle(Exchange exchange) throws IOException {
        if (exchange.rawPath().equals(SOURCES)) {
            sources(exchange);
            return;
        }
        if (oidc.serves(exchange.rawPath())) {
            oidc.handle(exchange);
            return;
        }
        boolean rest = exchange.rawPath().equals(REST);
        boolean browser = exchange.rawPath().equals(BROWSER);
        boolean get = exchange.method().equals("GET")
                || exchange.query("~action").filter("get"::equals).isPresent();
        if (get) {
            Session session = authenticated(exchange);
            JsonNode body = browser ? browserSession(session) : session(session);
            HttpAnswers.json(exchange, 200, rest ? Json.object().set("value", body) : body);
            return;
        }
        switch (exchange.method()) {
            case "POST" -> {
                if (browser) {
                    openBrowser(exchange);
                } else {
                    open(exchange, rest);
                }
            }
            case "DELETE" -> {
                Session session = authenticated(exchange);
                sessions.close(session.token());
                if (browser) {
                    exchange.addResponseHeader("Set-Cookie", BROWSER_COOKIE + "=; Max-Age=0" + COOKIE_RULES);
                }
                exchange.respond(rest ? 200 : 204, "", new byte[0]);
            }
            default ->
                throw VapiException.of(
                        VapiError.NOT_FOUND,
                        "com.vmware.vapi.rest.httpNotFound",
                        "a session knows POST, GET and DELETE");
        }
    }

    private void sources(Exchange exchange) throws IOException {
        ArrayNode array = Json.mapper().createArrayNode();
        logins.sources()
                .forEach(source -> array.addObject()
                        .put("kind", source.kind())
                        .put("domain", source.domain())
                        .put("name", source.domain())
                        .put("url", source.kind().equals("OIDC") ? OidcDoor.loginPath(source.domain()) : ""));
        HttpAnswers.json(exchange, 200, array);
    }

    /** The session of a request; {@code UNAUTHENTICATED} without one, {@code UNAUTHORIZED} for what another page may have sent. */
    Session authenticated(Exchange exchange) {
        Optional<String> header = exchange.header(TOKEN);
        if (header.isPresent()) {
            return header.flatMap(sessions::use).orElseThrow(SessionDoor::unauthenticated);
        }
        Optional<Session> browser = cookie(exchange, BROWSER_COOKIE).flatMap(sessions::use);
        if (browser.isPresent()) {
            requireToken(exchange, browser.get());
            return browser.get();
        }
        Session session = cookie(exchange, TOKEN).flatMap(sessions::use).orElseThrow(SessionDoor::unauthenticated);
        if (changes(exchange) && fromAnotherOrigin(exchange)) {
            throw forged("a request with the cookie " + TOKEN + " came from a page of another origin");
        }
        return session;
    }

    private static void requireToken(Exchange exchange, Session session) {
        if (!changes(exchange)) {
            return;
        }
        byte[] given = exchange.header(CSRF_HEADER).orElse("").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, session.csrfToken().getBytes(StandardCharsets.UTF_8))) {
            throw forged("the header " + CSRF_HEADER + " must have the csrf_token of GET " + BROWSER);
        }
    }

    private static boolean changes(Exchange exchange) {
        return !exchange.method().equals("GET") && !exchange.method().equals("HEAD");
    }

    private static boolean fromAnotherOrigin(Exchange exchange) {
        String site = exchange.header("Sec-Fetch-Site").orElse("none");
        return !site.equals("same-origin") && !site.equals("none");
    }

    private void open(Exchange exchange, boolean rest) throws IOException {
        Optional<HttpAnswers.Basic> given = HttpAnswers.basic(exchange);
        Optional<String> idToken = HttpAnswers.bearer(exchange);
        String login = given.map(HttpAnswers.Basic::user).orElse("");
        String password = given.map(HttpAnswers.Basic::password).orElse("");
        String token = idToken.isPresent()
                ? open(exchange, "", logins.authenticate(idToken.get())).token()
                : open(exchange, login, password).token();
        exchange.addResponseHeader("Set-Cookie", TOKEN + "=" + token + COOKIE_RULES);
        JsonNode text = Json.mapper().getNodeFactory().textNode(token);
        HttpAnswers.json(exchange, rest ? 200 : 201, rest ? Json.object().set("value", text) : text);
    }

    private void openBrowser(Exchange exchange) throws IOException {
        if (fromAnotherOrigin(exchange)) {
            throw forged("a login came from a page of another origin");
        }
        JsonNode body = Call.body(exchange);
        Session session =
                open(exchange, body.path("user").asText(), body.path("password").asText());
        exchange.addResponseHeader("Set-Cookie", BROWSER_COOKIE + "=" + session.token() + COOKIE_RULES);
        HttpAnswers.json(exchange, 200, browserSession(session));
    }

    private Session open(Exchange exchange, String login, String password) {
        return open(exchange, login, login.isEmpty() ? Optional.empty() : logins.authenticate(login, password));
    }

    private Session open(Exchange exchange, String login, Optional<Principal> user) {
        tell(exchange, user.map(Principal::fullName).orElse(login), user.isPresent() ? 200 : 401);
        return sessions.open(user.orElseThrow(SessionDoor::unauthenticated));
    }

    private void tell(Exchange exchange, String who, int status) {
        audit.add(new Deed(
                Deed.Source.LOGIN,
                who,
                exchange.method(),
                "",
                exchange.rawPath(),
                status,
                exchange.remote().getAddress().getHostAddress()));
    }

    private static ObjectNode session(Session session) {
        return Json.object()
                .put("user", session.user().fullName())
                .put("created_time", session.created().toString())
                .put("last_accessed_time", session.lastUsed().toString());
    }

    private static ObjectNode browserSession(Session session) {
        ObjectNode json = session(session)
                .put("name", session.user().name())
                .put("domain", session.user().domain())
                .put("administrator", session.user().administrator())
                .put("csrf_token", session.csrfToken())
                .put("expires_time", session.expires().toString())
                .put("idle_limit_seconds", Sessions.IDLE_LIMIT.toSeconds());
        ArrayNode groups = json.putArray("groups");
        session.user().groups().forEach(groups::add);
        return json;
    }

    private static VapiException unauthenticated() {
        return VapiException.of(
                VapiError.UNAUTHENTICATED,
                "com.vmware.vapi.endpoint.method.authentication.required",
                "Authentication required.");
    }

    private static VapiException forged(String what) {
        return VapiException.of(VapiError.UNAUTHORIZED, "io.kantoku.session.forged", what);
    }

    static Optional<String> cookie(Exchange exchange, String name) {
        for (String header : exchange.headers("Cookie")) {
            for (String pair : header.split(";", -1)) {
                String trimmed = pair.trim();
                if (trimmed.startsWith(name + "=")) {
                    return Optional.of(trimmed.substring(name.length() + 1));
                }
            }
        }
        return Optional.empty();
    }
}
