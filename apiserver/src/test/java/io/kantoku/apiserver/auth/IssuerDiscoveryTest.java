package io.kantoku.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.pki.Keys;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IssuerDiscoveryTest {
    private static final ClusterId CLUSTER = new ClusterId("one");

    @Test
    void tellsWhereTheKeysAreAndWhichTheyAre() throws Exception {
        KeyPair curve = Keys.generate();
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        ClusterKeys keys = new ClusterKeys(
                List.of(),
                "https://kubernetes.default.svc.cluster.local",
                curve.getPrivate(),
                List.of(curve.getPublic(), rsa.getPublic()));
        IssuerDiscovery discovery =
                new IssuerDiscovery(cluster -> cluster.equals(CLUSTER) ? Optional.of(keys) : Optional.empty());

        JsonNode configuration = Json.parse(discovery
                .find(CLUSTER, "/.well-known/openid-configuration")
                .orElseThrow()
                .bytes());
        assertThat(configuration.path("issuer").asText()).isEqualTo(keys.issuer());
        assertThat(configuration.path("jwks_uri").asText()).isEqualTo(keys.issuer() + "/openid/v1/jwks");
        assertThat(configuration.path("id_token_signing_alg_values_supported").toString())
                .isEqualTo("[\"ES256\",\"RS256\"]");
        JWKSet set = JWKSet.parse(new String(
                discovery.find(CLUSTER, "/openid/v1/jwks").orElseThrow().bytes(), StandardCharsets.UTF_8));
        assertThat(set.getKeys()).hasSize(2).noneMatch(key -> key.isPrivate());
        assertThat(set.getKeys().get(0).toECKey().toECPublicKey()).isEqualTo(curve.getPublic());
        assertThat(discovery.find(new ClusterId("two"), "/openid/v1/jwks")).isEmpty();
        assertThat(discovery.find(CLUSTER, "/openid/v1/other")).isEmpty();
    }
}
