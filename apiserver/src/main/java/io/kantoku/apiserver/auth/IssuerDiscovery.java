package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.rest.Documents;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells other parties how to check a cluster's service-account tokens: OpenID Connect discovery and the keys (RFC 7517). */
public final class IssuerDiscovery implements Documents {
    private static final String CONFIGURATION = "/.well-known/openid-configuration";
    private static final String KEYS = "/openid/v1/jwks";

    private final ClusterTrust trust;

    public IssuerDiscovery(ClusterTrust trust) {
        this.trust = trust;
    }

    @Override
    public Optional<Document> find(ClusterId cluster, String path) {
        String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        Optional<ClusterKeys> keys = trust.keys(cluster);
        return switch (plain) {
            case CONFIGURATION -> keys.map(IssuerDiscovery::configuration);
            case KEYS -> keys.map(IssuerDiscovery::keys);
            default -> Optional.empty();
        };
    }

    private static Document configuration(ClusterKeys keys) {
        ObjectNode json = Json.object();
        json.put("issuer", keys.issuer());
        String base = keys.issuer().endsWith("/")
                ? keys.issuer().substring(0, keys.issuer().length() - 1)
                : keys.issuer();
        json.put("jwks_uri", base + KEYS);
        json.putArray("response_types_supported").add("id_token");
        json.putArray("subject_types_supported").add("public");
        ArrayNode algorithms = json.putArray("id_token_signing_alg_values_supported");
        keys.verificationKeys().stream()
                .map(key -> SignedToken.algorithm(key).getName())
                .distinct()
                .sorted()
                .forEach(algorithms::add);
        return new Document("application/json", Json.bytes(json));
    }

    private static Document keys(ClusterKeys keys) {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("keys");
        for (PublicKey key : keys.verificationKeys()) {
            JWK jwk = jwk(key);
            if (jwk != null) {
                all.add(Json.parse(jwk.toJSONString().getBytes(StandardCharsets.UTF_8)));
            }
        }
        return new Document("application/jwk-set+json", Json.bytes(json));
    }

    private static @Nullable JWK jwk(PublicKey key) {
        return switch (key) {
            case ECPublicKey curve ->
                new ECKey.Builder(Curve.forECParameterSpec(curve.getParams()), curve)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(SignedToken.algorithm(key))
                        .keyID(SignedToken.keyId(key))
                        .build();
            case RSAPublicKey rsa ->
                new RSAKey.Builder(rsa)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .keyID(SignedToken.keyId(key))
                        .build();
            default -> null;
        };
    }
}
