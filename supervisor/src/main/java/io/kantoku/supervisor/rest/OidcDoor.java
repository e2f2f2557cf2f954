package io.kantoku.supervisor.rest;

import io.kantoku.supervisor.HttpAnswers;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.OidcException;
import io.kantoku.supervisor.sso.OidcSource;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A browser's way to an OpenID Connect provider and back: {@code GET /api/kantoku/oidc/login?domain=…} sends it there, {@code GET
 * /api/kantoku/oidc/callback} takes it back, opens a session and sends it to the console. The login is tied to the browser by a cookie
 * of its own, so that nobody is logged in as somebody else by a link.
 */
final class OidcDoor {
    private static final String BASE = "/api/kantoku/oidc/";
    private static final String LOGIN = BASE + "login";
    private static final String CALLBACK = BASE + "callback";
    private static final String COOKIE = "__Host-kantoku-login";

    /** Lax: the provider's page leads back here, which is another site. */
    private static final String COOKIE_RULES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    private static final int LOGIN_SECONDS = 600;

    private final Logins logins;
    private final BiFunction<Exchange, Principal, String> opening;

    /** @param opening opens a session and returns the value of the browser's cookie */
    OidcDoor(Logins logins, BiFunction<Exchange, Principal, String> opening) {
        this.logins = logins;
        this.opening = opening;
    }

    static String loginPath(String domain) {
        return LOGIN + "?domain=" + URLEncoder.encode(domain, StandardCharsets.UTF_8);
    }

    boolean serves(String path) {
        return path.equals(LOGIN) || path.equals(CALLBACK);
    }

    void handle(Exchange exchange) throws IOException {
        try {
            if (!exchange.method().equals("GET")) {
                throw new OidcException("a login is begun with GET");
            }
            if (exchange.rawPath().equals(LOGIN)) {
                begin(exchange);
            } else {
                finish(exchange);
            }
        } catch (OidcException e) {
            HttpAnswers.text(exchange, 401, "text/plain; charset=utf-8", "Not logged in: " + e.getMessage() + "\n");
        }
    }

    private void begin(Exchange exchange) throws IOException {
        String domain = exchange.query("domain").orElse("");
        OidcSource source = logins.oidc()
                .filter(candidate -> candidate.domain().equals(domain))
                .findFirst()
                .orElseThrow(() -> new OidcException("there is no OpenID Connect provider for the domain " + domain));
        OidcSource.Begun begun = source.begin();
        exchange.addResponseHeader(
                "Set-Cookie", COOKIE + "=" + begun.browser() + "; Max-Age=" + LOGIN_SECONDS + COOKIE_RULES);
        redirect(exchange, begun.location().toString());
    }

    private void finish(Exchange exchange) throws IOException {
        Optional<String> refused = exchange.query("error");
        if (refused.isPresent()) {
            throw new OidcException("the provider says " + refused.get() + " "
                    + exchange.query("error_description").orElse(""));
        }
        String state = exchange.query("state").orElse("");
        OidcSource source = logins.oidc()
                .filter(candidate -> candidate.began(state))
                .findFirst()
                .orElseThrow(() -> new OidcException("the login took too long, or ended already; begin again"));
        Principal user = source.finish(
                state,
                exchange.query("code").orElse(""),
                SessionDoor.cookie(exchange, COOKIE).orElse(""));
        exchange.addResponseHeader("Set-Cookie", COOKIE + "=; Max-Age=0" + COOKIE_RULES);
        exchange.addResponseHeader("Set-Cookie", opening.apply(exchange, user));
        redirect(exchange, "/");
    }

    private static void redirect(Exchange exchange, String location) throws IOException {
        exchange.responseHeader("Location", location).responseHeader("Cache-Control", "no-store");
        exchange.respond(302, "", new byte[0]);
    }
}
