package io.kantoku.supervisor.sso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.kantoku.apimachinery.Json;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** An OpenID Connect provider with one client, which logs in whomever the test says. It insists on PKCE and the client's secret. */
public final class FakeOidcProvider implements AutoCloseable {
    public static final String CLIENT = "kantoku";
    public static final String SECRET = "s3cret";

    private record Code(String nonce, String challenge, String redirect) {}

    private final HttpServer server;
    private final InstantSource clock;
    private final CertificateAuthority authority;
    private final URI issuer;
    private final Map<String, Code> codes = new HashMap<>();
    private RSAKey key;

    /** Changed by the test: the claims of the next token besides those of the protocol. */
    public Map<String, Object> claims = new HashMap<>(Map.of("preferred_username", "hana", "groups", List.of("devs")));

    public FakeOidcProvider(InstantSource clock) throws IOException, JOSEException {
        this.clock = clock;
        authority = CertificateAuthority.create("oidc", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
        server = HttpServer.start();
        var listener = server.listen(new ListenSpec(
                "oidc",
                NetworkStack.host(),
                new InetSocketAddress("127.0.0.1", 0),
                Optional.of(authority.issue(LeafSpec.server("oidc", List.of("127.0.0.1")))),
                List.of(),
                this::handle));
        issuer = URI.create("https://127.0.0.1:" + listener.address().getPort() + "/realm");
        rotate();
    }

    /** From now on another key signs. */
    public void rotate() throws JOSEException {
        key = new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    }

    public URI issuer() {
        return issuer;
    }

    /** Who vouches for the provider's certificate. */
    public String authorityPem() {
        return authority.certificatePem();
    }

    public OidcOptions options(URI redirect) {
        return new OidcOptions(
                "corp.example",
                issuer,
                CLIENT,
                SECRET,
                "preferred_username",
                "groups",
                "platform",
                redirect,
                List.of(authority.certificate()));
    }

    /** What a person's browser does at the authorization endpoint: the way back with a code. */
    public URI authorize(URI location) {
        Map<String, String> query = parse(location.getRawQuery());
        String code = UUID.randomUUID().toString();
        codes.put(code, new Code(query.get("nonce"), query.get("code_challenge"), query.get("redirect_uri")));
        return URI.create(query.get("redirect_uri") + "?code=" + code + "&state=" + query.get("state"));
    }

    public JWTClaimsSet.Builder token(String nonce) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .issuer(issuer.toString())
                .audience(CLIENT)
                .subject("4711")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", nonce);
        claims.forEach(builder::claim);
        return builder;
    }

    public String sign(JWTClaimsSet set) {
        return sign(set, key);
    }

    static String sign(JWTClaimsSet set, RSAKey key) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    set);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void handle(Exchange exchange) throws IOException {
        switch (exchange.rawPath()) {
            case "/realm/.well-known/openid-configuration" ->
                json(
                        exchange,
                        200,
                        Json.object()
                                .put("issuer", issuer.toString())
                                .put("authorization_endpoint", issuer + "/authorize")
                                .put("token_endpoint", issuer + "/token")
                                .put("jwks_uri", issuer + "/keys"));
            case "/realm/keys" ->
                exchange.respond(
                        200,
                        "application/json",
                        new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8));
            case "/realm/token" -> redeem(exchange);
            default -> exchange.respond(404, "", new byte[0]);
        }
    }

    private void redeem(Exchange exchange) throws IOException {
        Map<String, String> form = parse(new String(exchange.readBody(10_000), StandardCharsets.UTF_8));
        String basic = Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        Code code = codes.remove(form.get("code"));
        boolean good = code != null
                && ("Basic " + basic).equals(exchange.header("Authorization").orElse(""))
                && "authorization_code".equals(form.get("grant_type"))
                && code.redirect().equals(form.get("redirect_uri"))
                && code.challenge().equals(challenge(form.get("code_verifier")));
        if (good) {
            json(
                    exchange,
                    200,
                    Json.object().put("id_token", sign(token(code.nonce()).build())));
        } else {
            json(exchange, 400, Json.object().put("error", "invalid_grant"));
        }
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void json(Exchange exchange, int status, ObjectNode body) throws IOException {
        exchange.respond(status, "application/json", Json.bytes(body));
    }

    private static Map<String, String> parse(String form) {
        Map<String, String> values = new HashMap<>();
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            values.put(
                    pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return values;
    }

    @Override
    public void close() {
        server.close();
    }
}
