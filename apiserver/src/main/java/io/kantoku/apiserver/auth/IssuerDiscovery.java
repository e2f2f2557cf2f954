package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.rest.Documents;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.util.Optional;

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
        json.putArray("id_token_signing_alg_values_supported").add("ES256");
        return new Document("application/json", Json.bytes(json));
    }

    private static Document keys(ClusterKeys keys) {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("keys");
        for (ECPublicKey key : keys.verificationKeys()) {
            JWK jwk = new ECKey.Builder(Curve.P_256, key)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyID(SignedToken.keyId(key))
                    .build();
            all.add(Json.parse(jwk.toJSONString().getBytes(StandardCharsets.UTF_8)));
        }
        return new Document("application/jwk-set+json", Json.bytes(json));
    }
}
