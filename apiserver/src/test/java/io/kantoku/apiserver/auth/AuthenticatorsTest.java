package io.kantoku.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.auth.Authenticator.Credential;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AuthenticatorsTest {
    private static final ClusterId ONE = new ClusterId("one");
    private static final ClusterId TWO = new ClusterId("two");

    private final TestClock clock = new TestClock();

    @Nested
    class Certificates {
        private final CertificateAuthority authority = authority();
        private final CertificateAuthority other = authority();
        private final ClusterTrust trust = cluster -> Optional.of(new ClusterKeys(
                List.of((cluster.equals(ONE) ? authority : other).certificate()),
                "https://" + cluster,
                TestTokens.keys("").signingKey(),
                List.of()));
        private final AuthenticatorChain chain =
                new AuthenticatorChain(List.of(new CertificateAuthenticator(trust, clock, ONE::equals)));

        @Test
        void nameTheUserAndTheGroups() {
            UserInfo user = chain.authenticate(ONE, show(authority.issue(LeafSpec.client("dev", List.of("a", "b")))));
            assertThat(user.name()).isEqualTo("dev");
            assertThat(user.groups()).containsExactlyInAnyOrder("a", "b", "system:authenticated");
        }

        @Test
        void areNamedInTheUserWhereTheReleaseDoesSo() {
            TlsIdentity identity = authority.issue(LeafSpec.client("dev", List.of()));
            assertThat(chain.authenticate(ONE, show(identity)).extra().get(UserInfo.CREDENTIAL_ID))
                    .singleElement()
                    .asString()
                    .matches("X509SHA256=[0-9a-f]{64}");
            TlsIdentity elsewhere = other.issue(LeafSpec.client("dev", List.of()));
            assertThat(chain.authenticate(TWO, show(elsewhere)).extra()).isEmpty();
        }

        @Test
        void ofAnotherClusterAreRefused() {
            assertUnauthorized(chain, TWO, show(authority.issue(LeafSpec.client("dev", List.of("system:masters")))));
        }

        @Test
        void thatHaveExpiredAreRefused() {
            TlsIdentity identity =
                    authority.issue(LeafSpec.client("dev", List.of()).withValidity(Duration.ofMinutes(1)));
            clock.advance(Duration.ofMinutes(2));
            assertUnauthorized(chain, ONE, show(identity));
        }

        @Test
        void ofServersAreRefused() {
            assertUnauthorized(chain, ONE, show(authority.issue(LeafSpec.server("api", List.of("127.0.0.1")))));
        }

        @Test
        void ofSubordinateAuthoritiesOfTheClusterAreAccepted() {
            CertificateAuthority subordinate = authority.subordinate("sub");
            TlsIdentity identity = subordinate.issue(LeafSpec.client("dev", List.of()));
            assertThat(chain.authenticate(
                                    ONE,
                                    List.of(new Credential.Certificate(
                                            List.of(identity.certificate(), subordinate.certificate()))))
                            .name())
                    .isEqualTo("dev");
        }

        private CertificateAuthority authority() {
            return CertificateAuthority.create("kubernetes", CertificateAuthority.DEFAULT_VALIDITY, clock);
        }

        private static List<Credential> show(TlsIdentity identity) {
            return List.of(new Credential.Certificate(identity.chain()));
        }
    }

    @Nested
    class LoginTokens {
        private final ClusterKeys keys = TestTokens.keys("kantoku-login");
        private final AuthenticatorChain chain = new AuthenticatorChain(
                List.of(new LoginTokenAuthenticator(keys.issuer(), keys::verificationKeys, clock)));

        @Test
        void nameTheUserAndTheGroupsWhereTheyAreFor() {
            List<Credential> token = bearer(token(claims()));
            UserInfo user = chain.authenticate(ONE, token);
            assertThat(user.name()).isEqualTo("sso:dev@vsphere.local");
            assertThat(user.groups()).containsExactly("sso:team@vsphere.local", "system:authenticated");
            assertUnauthorized(chain, TWO, token);
        }

        @Test
        void endAfterTheirTime() {
            List<Credential> token = bearer(token(claims()));
            clock.advance(Duration.ofHours(10));
            assertUnauthorized(chain, ONE, token);
        }

        @Test
        void withoutAnEndOrAUserAreRefused() {
            assertUnauthorized(chain, ONE, bearer(token(claims().expirationTime(null))));
            assertUnauthorized(chain, ONE, bearer(token(claims().subject(null))));
            assertUnauthorized(chain, ONE, bearer(token(claims().subject(""))));
        }

        @Test
        void nameNobodyOfTheSystem() {
            assertUnauthorized(chain, ONE, bearer(token(claims().subject("system:admin"))));
            assertUnauthorized(chain, ONE, bearer(token(claims().claim("groups", List.of("system:masters")))));
        }

        @Test
        void ofAnotherIssuerOrKeyOrAlgorithmAreRefused() throws Exception {
            ClusterKeys stranger = TestTokens.keys("stranger");
            JWTClaimsSet claims = claims().build();
            assertUnauthorized(chain, ONE, bearer(token(claims().issuer("stranger"))));
            assertUnauthorized(
                    chain,
                    ONE,
                    bearer(SignedToken.sign(
                            claims,
                            stranger.signingKey(),
                            stranger.verificationKeys().getFirst())));
            assertUnauthorized(chain, ONE, bearer(TestTokens.unsigned(claims)));
            assertUnauthorized(
                    chain,
                    ONE,
                    bearer(TestTokens.macWithPublicKey(
                            claims, keys.verificationKeys().getFirst())));
        }

        private JWTClaimsSet.Builder claims() {
            return new JWTClaimsSet.Builder()
                    .issuer(keys.issuer())
                    .subject("sso:dev@vsphere.local")
                    .audience(ONE.value())
                    .expirationTime(Date.from(clock.instant().plus(Duration.ofHours(10))))
                    .claim("groups", List.of("sso:team@vsphere.local"));
        }

        private String token(JWTClaimsSet.Builder claims) {
            return SignedToken.sign(
                    claims.build(), keys.signingKey(), keys.verificationKeys().getFirst());
        }
    }

    @Nested
    class BootstrapTokens {
        private static final String TOKEN = "abcdef.0123456789abcdef";

        private final FakeObjects objects = new FakeObjects();
        private final AuthenticatorChain chain =
                new AuthenticatorChain(List.of(new BootstrapTokenAuthenticator(objects, clock)));

        @BeforeEach
        void aToken() {
            put(Map.of());
        }

        @Test
        void nameABootstrapper() {
            UserInfo user = chain.authenticate(ONE, bearer(TOKEN));
            assertThat(user.name()).isEqualTo("system:bootstrap:abcdef");
            assertThat(user.groups())
                    .containsExactly(
                            "system:bootstrappers",
                            "system:bootstrappers:kubeadm:default-node-token",
                            "system:authenticated");
        }

        @Test
        void ofAnotherClusterAreRefused() {
            assertUnauthorized(chain, TWO, bearer(TOKEN));
        }

        @Test
        void withAnotherSecretOrIdAreRefused() {
            assertUnauthorized(chain, ONE, bearer("abcdef.0123456789abcdee"));
            assertUnauthorized(chain, ONE, bearer("abcdee.0123456789abcdef"));
            put(Map.of("token-id", "fedcba"));
            assertUnauthorized(chain, ONE, bearer(TOKEN));
        }

        @Test
        void thatHaveExpiredAreRefused() {
            put(Map.of("expiration", clock.instant().plusSeconds(60).toString()));
            assertThat(chain.authenticate(ONE, bearer(TOKEN)).name()).isEqualTo("system:bootstrap:abcdef");
            clock.advance(Duration.ofSeconds(60));
            assertUnauthorized(chain, ONE, bearer(TOKEN));
            put(Map.of("expiration", "tomorrow"));
            assertUnauthorized(chain, ONE, bearer(TOKEN));
        }

        @Test
        void notMeantForAuthenticationAreRefused() {
            put(Map.of("usage-bootstrap-authentication", "false"));
            assertUnauthorized(chain, ONE, bearer(TOKEN));
        }

        @Test
        void thatCannotBeReadAreRefused() {
            KubeObject secret = secret(Map.of());
            secret.json().withObjectProperty("data").put("token-secret", "%%%");
            objects.put(ONE, secret);
            assertUnauthorized(chain, ONE, bearer(TOKEN));
            secret = secret(Map.of());
            secret.json().withObjectProperty("data").put("expiration", "%%%");
            objects.put(ONE, secret);
            assertUnauthorized(chain, ONE, bearer(TOKEN));
        }

        @Test
        void giveNoGroupOutsideTheBootstrappers() {
            put(Map.of("auth-extra-groups", "system:masters,system:bootstrappers:a"));
            assertThat(chain.authenticate(ONE, bearer(TOKEN)).groups())
                    .containsExactly("system:bootstrappers", "system:bootstrappers:a", "system:authenticated");
        }

        @Test
        void inASecretOfAnotherTypeAreRefused() {
            KubeObject secret = secret(Map.of());
            secret.json().put("type", "Opaque");
            objects.put(ONE, secret);
            assertUnauthorized(chain, ONE, bearer(TOKEN));
        }

        private void put(Map<String, String> changes) {
            objects.put(ONE, secret(changes));
        }

        private static KubeObject secret(Map<String, String> changes) {
            KubeObject secret = new FakeObjects().put(ONE, """
                            {apiVersion: v1, kind: Secret, type: bootstrap.kubernetes.io/token,
                             metadata: {namespace: kube-system, name: bootstrap-token-abcdef}}
                            """);
            Map<String, String> data = new HashMap<>(Map.of(
                    "token-id", "abcdef",
                    "token-secret", "0123456789abcdef",
                    "usage-bootstrap-authentication", "true",
                    "auth-extra-groups", "system:bootstrappers:kubeadm:default-node-token"));
            data.putAll(changes);
            data.forEach((key, value) -> secret.json()
                    .withObjectProperty("data")
                    .put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
            return secret;
        }
    }

    @Nested
    class Chain {
        private final Authenticator alice = (cluster, credential) -> switch (credential) {
            case Credential.Bearer(String token) -> {
                if (token.equals("bad")) {
                    throw AuthenticatorChain.unauthorized();
                }
                yield token.equals("alice")
                        ? Optional.of(new UserInfo("alice", "", List.of(), Map.of()))
                        : Optional.empty();
            }
            case Credential.Certificate _ -> Optional.empty();
        };
        private final AuthenticatorChain chain = new AuthenticatorChain(List.of(alice));

        @Test
        void withoutCredentialsIsAnonymous() {
            assertThat(chain.authenticate(ONE, List.of())).isEqualTo(UserInfo.ANONYMOUS);
        }

        @Test
        void anUnknownTokenIsRefused() {
            assertUnauthorized(chain, ONE, bearer("mallory"));
        }

        @Test
        void aGoodTokenCountsBesideACertificateOfAnotherCluster() {
            assertThat(chain.authenticate(
                                    ONE,
                                    List.of(
                                            new Credential.Certificate(List.of()),
                                            new Credential.Bearer("bad"),
                                            new Credential.Bearer("alice")))
                            .name())
                    .isEqualTo("alice");
        }
    }

    private static List<Credential> bearer(String token) {
        return List.of(new Credential.Bearer(token));
    }

    private static void assertUnauthorized(AuthenticatorChain chain, ClusterId cluster, List<Credential> credentials) {
        assertThatThrownBy(() -> chain.authenticate(cluster, credentials))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(401))
                .hasMessage("Unauthorized");
    }
}
