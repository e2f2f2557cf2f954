package io.kantoku.supervisor.sso;

import io.kantoku.transport.HttpClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users of an OpenID Connect provider. Browsers log in by the authorization code flow with PKCE (RFC 7636); programs bring an ID token
 * where others have a password. Thread-safe; calls block.
 *
 * <p>Whoever has logged in is known for as long as a login token is good, for the provider can be asked about nobody else.
 */
public final class OidcSource implements IdentitySource {
    private static final Logger LOG = LoggerFactory.getLogger(OidcSource.class);
    private static final Duration LOGIN_LIMIT = Duration.ofMinutes(10);
    private static final Duration KNOWN_FOR = Duration.ofHours(10);
    private static final int MOST = 10_000;
    private static final int SECRET_BYTES = 32;

    private final OidcOptions options;
    private final OidcProvider provider;
    private final IdTokens tokens;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<String, Pending> pending = bounded();
    private final Map<String, Known> known = bounded();

    private record Pending(String nonce, String verifier, String browser, Instant end) {}

    private record Known(Principal user, Instant end) {}

    /**
     * The users of a provider, which is not asked anything yet.
     *
     * @param random must not be guessable
     */
    public OidcSource(OidcOptions options, HttpClient http, InstantSource clock, RandomGenerator random) {
        this.options = options;
        this.provider = new OidcProvider(options, http, clock);
        this.tokens = new IdTokens(options, provider, clock);
        this.clock = clock;
        this.random = random;
    }

    private static <T> Map<String, T> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > MOST;
            }
        };
    }

    @Override
    public String domain() {
        return options.domain();
    }

    @Override
    public String kind() {
        return "OIDC";
    }

    /**
     * A login of a browser that has begun.
     *
     * @param location where the browser is sent
     * @param browser a secret that only this browser may have, and has to bring back
     */
    public record Begun(URI location, String browser) {
        @Override
        public String toString() {
            return "Begun[" + location.getHost() + "]";
        }
    }

    /**
     * Begins a login of a browser.
     *
     * @throws OidcException when the provider cannot be asked where to send browsers to
     */
    public Begun begin() {
        URI endpoint = provider.endpoint("authorization_endpoint");
        String state = secret();
        Pending login =
                new Pending(secret(), secret(), secret(), clock.instant().plus(LOGIN_LIMIT));
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", options.clientId());
        parameters.put("redirect_uri", options.redirect().toString());
        parameters.put("scope", "openid profile email groups");
        parameters.put("state", state);
        parameters.put("nonce", login.nonce());
        parameters.put("code_challenge", challenge(login.verifier()));
        parameters.put("code_challenge_method", "S256");
        synchronized (pending) {
            pending.put(state, login);
        }
        String separator = endpoint.getRawQuery() == null ? "?" : "&";
        return new Begun(URI.create(endpoint + separator + OidcProvider.encode(parameters)), login.browser());
    }

    /** Whether the login with that state began here and may still come to its end. */
    public boolean began(String state) {
        synchronized (pending) {
            return pending.containsKey(state);
        }
    }

    /**
     * Ends a login; a state is good once.
     *
     * @param browser the secret that the browser brings back
     * @throws OidcException with the reason when nobody gets in
     */
    public Principal finish(String state, String code, String browser) {
        Pending login;
        synchronized (pending) {
            login = pending.remove(state);
        }
        if (login == null || clock.instant().isAfter(login.end())) {
            throw new OidcException("the login took too long, or ended already; begin again");
        }
        if (!MessageDigest.isEqual(
                login.browser().getBytes(StandardCharsets.UTF_8), browser.getBytes(StandardCharsets.UTF_8))) {
            throw new OidcException("the login was begun in another browser; begin again");
        }
        return remember(tokens.user(provider.redeem(code, login.verifier()), Optional.of(login.nonce())));
    }

    /**
     * The user of an ID token that a program brings.
     *
     * @throws OidcException with the reason why it is not good
     */
    public Principal user(String token) {
        return remember(tokens.user(token, Optional.empty()));
    }

    /** Whether a token says that it is of this provider. */
    public boolean issued(String token) {
        return IdTokens.issuer(token)
                .filter(options.issuer().toString()::equals)
                .isPresent();
    }

    /** The password is an ID token of that user. */
    @Override
    public Optional<Principal> authenticate(String name, String password) {
        try {
            Principal user = tokens.user(password, Optional.empty());
            return user.name().equals(name) ? Optional.of(remember(user)) : Optional.empty();
        } catch (OidcException e) {
            LOG.atInfo()
                    .setMessage("login refused")
                    .addKeyValue("domain", options.domain())
                    .addKeyValue("reason", e.getMessage())
                    .log();
            return Optional.empty();
        }
    }

    @Override
    public Optional<Principal> find(String name) {
        synchronized (known) {
            return Optional.ofNullable(known.get(name))
                    .filter(found -> clock.instant().isBefore(found.end()))
                    .map(Known::user);
        }
    }

    private Principal remember(Principal user) {
        synchronized (known) {
            known.put(user.name(), new Known(user, clock.instant().plus(KNOWN_FOR)));
        }
        return user;
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        // nothing is held open
    }
}
