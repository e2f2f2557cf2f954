package io.kantoku.supervisor.sso;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a provider publishes of itself (OpenID Connect Discovery 1.0), its keys (RFC 7517), and its token endpoint. Metadata are asked
 * for once an hour, keys anew when a token names one that is not known, at most once a minute. Thread-safe; calls block.
 */
final class OidcProvider {
    private static final Duration METADATA_LIFE = Duration.ofHours(1);
    private static final Duration KEYS_PAUSE = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int HTTPS = 443;

    private final OidcOptions options;
    private final HttpClient http;
    private final InstantSource clock;
    private final Map<String, Target> targets = new HashMap<>();
    private @Nullable JsonNode metadata;
    private Instant metadataRead = Instant.MIN;
    private List<JWK> keys = List.of();
    private Instant keysRead = Instant.MIN;

    OidcProvider(OidcOptions options, HttpClient http, InstantSource clock) {
        this.options = options;
        this.http = http;
        this.clock = clock;
    }

    /** An endpoint that the provider names; {@code OidcException} when it names none or is another one than configured. */
    synchronized URI endpoint(String name) {
        String text = metadata().path(name).asText("");
        try {
            URI uri = URI.create(text);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new OidcException("the provider " + options.issuer() + " names no usable " + name, e);
        }
        throw new OidcException("the provider " + options.issuer() + " names no https " + name);
    }

    /** The keys of that id; all where a token names none. */
    synchronized List<JWK> keys(@Nullable String id) {
        List<JWK> found = known(id);
        Instant now = clock.instant();
        if (found.isEmpty() && keysRead.isBefore(now.minus(KEYS_PAUSE))) {
            keysRead = now;
            try {
                keys = JWKSet.parse(get(endpoint("jwks_uri")).toString()).getKeys();
            } catch (ParseException e) {
                throw new OidcException("the provider's keys cannot be read", e);
            }
            found = known(id);
        }
        return found;
    }

    private List<JWK> known(@Nullable String id) {
        return keys.stream()
                .filter(key -> id == null || id.equals(key.getKeyID()))
                .toList();
    }

    /** The ID token for an authorization code (RFC 6749, 4.1.3, with RFC 7636). */
    String redeem(String code, String verifier) {
        URI endpoint = endpoint("token_endpoint");
        Map<String, String> form = new HashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                options.redirect().toString(),
                "client_id",
                options.clientId(),
                "code_verifier",
                verifier));
        HttpRequest request = HttpRequest.of("POST", target(endpoint), path(endpoint))
                .body("application/x-www-form-urlencoded", encode(form).getBytes(StandardCharsets.UTF_8))
                .header("Accept", "application/json");
        if (!options.clientSecret().isEmpty()) {
            String basic = word(options.clientId()) + ":" + word(options.clientSecret());
            request = request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
        }
        JsonNode answer = send(request, endpoint);
        return Optional.ofNullable(answer.path("id_token").textValue())
                .orElseThrow(() -> new OidcException("the provider gave no ID token; the scope openid is needed"));
    }

    private JsonNode metadata() {
        Instant now = clock.instant();
        JsonNode known = metadata;
        if (known == null || metadataRead.isBefore(now.minus(METADATA_LIFE))) {
            String base = options.issuer().toString().replaceFirst("/$", "");
            known = get(URI.create(base + "/.well-known/openid-configuration"));
            if (!known.path("issuer").asText().equals(options.issuer().toString())) {
                throw new OidcException("the provider calls itself '"
                        + known.path("issuer").asText() + "', and the configuration says " + options.issuer());
            }
            metadata = known;
            metadataRead = now;
        }
        return known;
    }

    private JsonNode get(URI uri) {
        return send(HttpRequest.get(target(uri), path(uri)).header("Accept", "application/json"), uri);
    }

    private JsonNode send(HttpRequest request, URI uri) {
        try {
            HttpResponse answer = http.send(request.timeout(LIMIT));
            if (answer.status() != 200) {
                throw new OidcException(
                        "the provider answers " + answer.status() + " at " + uri.getHost() + uri.getPath());
            }
            return Json.parse(answer.body());
        } catch (TransportException e) {
            throw new OidcException("the provider cannot be reached: " + e.getMessage(), e);
        } catch (ApiException e) {
            throw new OidcException("the provider answers what is not JSON at " + uri.getPath(), e);
        }
    }

    private synchronized Target target(URI uri) {
        int port = uri.getPort() < 0 ? HTTPS : uri.getPort();
        return targets.computeIfAbsent(
                uri.getHost() + ":" + port,
                _ -> Target.https(uri.getHost(), port, ClientTls.trusting(options.authorities())));
    }

    private static String path(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    static String encode(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> word(entry.getKey()) + "=" + word(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
