package io.kantoku.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceAccountTokensTest {
    private static final ClusterId ONE = new ClusterId("one");
    private static final ClusterId TWO = new ClusterId("two");

    private final TestClock clock = new TestClock();
    private final FakeObjects objects = new FakeObjects();
    private final Map<ClusterId, ClusterKeys> keys = new HashMap<>();
    private final ClusterTrust trust = cluster -> Optional.ofNullable(keys.get(cluster));
    private final CountDownLatch noted = new CountDownLatch(1);
    private final ServiceAccountTokens tokens = new ServiceAccountTokens(
            trust,
            objects,
            new SecretTokens(
                    objects,
                    () -> {
                        noted.countDown();
                        throw ApiException.internal("nothing is written here");
                    },
                    clock),
            clock);
    private final TokenRequests requests = new TokenRequests(trust, objects, clock);
    private KubeObject account;

    @BeforeEach
    void twoClustersWithTheSameAccount() {
        keys.put(ONE, TestTokens.keys("https://one"));
        keys.put(TWO, TestTokens.keys("https://two"));
        account = objects.put(ONE, account("u1"));
        objects.put(TWO, account("u1"));
    }

    @Test
    void namesTheAccountAndItsGroups() {
        assertThat(user(token("{}"))).hasValueSatisfying(user -> {
            assertThat(user.name()).isEqualTo("system:serviceaccount:ns:robot");
            assertThat(user.uid()).isEqualTo("u1");
            assertThat(user.groups())
                    .containsExactly("system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated");
        });
    }

    @Test
    void aTokenOfOneClusterMeansNothingInAnother() {
        assertThat(tokens.authenticate(TWO, bearer(token("{}")))).isEmpty();
    }

    @Test
    void anotherClustersTokenWithThisIssuerIsRefused() {
        ClusterKeys one = keys.get(ONE);
        keys.put(ONE, TestTokens.keys(one.issuer()));
        String forged = token("{}");
        keys.put(ONE, one);
        assertRefused(forged);
    }

    @Test
    void anEarlierKeyVerifiesStill() {
        String token = token("{}");
        ClusterKeys old = keys.get(ONE);
        ClusterKeys fresh = TestTokens.keys(old.issuer());
        keys.put(
                ONE,
                new ClusterKeys(
                        List.of(),
                        old.issuer(),
                        fresh.signingKey(),
                        List.of(
                                fresh.verificationKeys().getFirst(),
                                old.verificationKeys().getFirst())));
        assertThat(user(token)).isPresent();
        assertThat(user(token("{}"))).isPresent();
    }

    @Test
    void theUseOfATokenThatASecretKeepsIsNotedOnceADay() throws InterruptedException {
        String day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
        String token = secretToken("{kubernetes.io/legacy-token-last-used: '" + day + "'}");
        assertThat(user(token)).isPresent();
        assertThat(noted.getCount()).as("today's is known").isOne();
        secretToken("{kubernetes.io/legacy-token-last-used: '2020-01-01'}");
        assertThat(user(token)).isPresent();
        assertThat(noted.await(30, TimeUnit.SECONDS)).isTrue();
        secretToken("{kubernetes.io/legacy-token-invalid-since: '2020-01-01'}");
        assertRefused(token);
    }

    /** A token bound to a Secret that has these labels now. */
    private String secretToken(String labels) {
        objects.put(
                ONE,
                KubeObject.of(
                        Yaml.parseObject("{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token,"
                                + " metadata: {name: kept, namespace: ns, uid: secret-uid, labels: " + labels + "}}")));
        return token("{boundObjectRef: {apiVersion: v1, kind: Secret, name: kept, uid: secret-uid}}");
    }

    @Test
    void endsAfterItsTime() {
        KubeObject answer = requests.issue(ONE, account, request("{expirationSeconds: 600}"));
        assertThat(answer.kind()).isEqualTo("TokenRequest");
        assertThat(answer.at("spec", "expirationSeconds").asInt()).isEqualTo(600);
        assertThat(answer.at("spec", "audiences")).hasSize(1);
        String token = answer.text("status", "token");
        assertThat(Instant.parse(answer.text("status", "expirationTimestamp")))
                .isEqualTo(clock.instant().plusSeconds(600));
        clock.advance(Duration.ofSeconds(599));
        assertThat(user(token)).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertRefused(token);
    }

    @Test
    void isNotGoodBeforeItsTime() {
        clock.advance(Duration.ofHours(1));
        String token = token("{}");
        clock.advance(Duration.ofHours(-1));
        assertRefused(token);
    }

    @Test
    void refusesATooShortLifeAndCutsATooLongOne() {
        assertThatThrownBy(() -> token("{expirationSeconds: 60}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessage("TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds:"
                        + " Invalid value: 60: may not specify a duration less than 10 minutes");
        KubeObject answer = requests.issue(ONE, account, request("{expirationSeconds: 999999999}"));
        assertThat(Instant.parse(answer.text("status", "expirationTimestamp")))
                .isEqualTo(clock.instant().plus(TokenRequests.LONGEST));
    }

    @Test
    void aTokenForAnotherAudienceDoesNotOpenTheApi() {
        assertRefused(token("{audiences: [vault]}"));
        assertThat(user(token("{audiences: [vault, 'https://one']}"))).isPresent();
    }

    @Test
    void goesWithItsAccount() {
        String token = token("{}");
        objects.remove(ONE, account);
        assertRefused(token);
        objects.put(ONE, account("u2"));
        assertRefused(token);
    }

    @Test
    void goesWithItsPod() {
        KubeObject pod = objects.put(ONE, pod("robot", "p1"));
        String token = token("{boundObjectRef: {kind: Pod, apiVersion: v1, name: p, uid: p1}}");
        assertThat(user(token))
                .hasValueSatisfying(user -> assertThat(user.extra())
                        .containsEntry("authentication.kubernetes.io/pod-name", List.of("p"))
                        .containsEntry("authentication.kubernetes.io/pod-uid", List.of("p1")));
        objects.put(ONE, pod("robot", "p2"));
        assertRefused(token);
        objects.remove(ONE, pod);
        assertRefused(token);
    }

    @Test
    void isNotBoundToWhatIsNotThereOrNotItsOwn() {
        assertThatThrownBy(() -> token("{boundObjectRef: {kind: Pod, name: p}}"))
                .hasMessage("pods \"p\" not found");
        objects.put(ONE, pod("other", "p1"));
        assertThatThrownBy(() -> token("{boundObjectRef: {kind: Pod, name: p}}"))
                .hasMessage("cannot bind token for serviceaccount \"robot\" to pod running with different"
                        + " serviceaccount name.");
        objects.put(ONE, pod("robot", "p1"));
        assertThatThrownBy(() -> token("{boundObjectRef: {kind: Pod, name: p, uid: p0}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(409))
                .hasMessageContaining("the UID in the bound object reference (p0) does not match the UID in record");
        assertThatThrownBy(() -> token("{boundObjectRef: {kind: ConfigMap, name: p}}"))
                .hasMessageContaining("cannot bind token to object of type \"ConfigMap\"");
    }

    @Test
    void onlyItsOwnAlgorithmIsAccepted() throws Exception {
        JWTClaimsSet claims = claims();
        String signature = token("{}").substring(token("{}").lastIndexOf('.') + 1);
        for (String forged : List.of(
                TestTokens.unsigned(claims),
                TestTokens.unsignedInThreeParts(claims, ""),
                TestTokens.unsignedInThreeParts(claims, signature),
                TestTokens.macWithPublicKey(
                        claims, keys.get(ONE).verificationKeys().getFirst()))) {
            assertThatThrownBy(() -> new AuthenticatorChain(List.of(tokens)).authenticate(ONE, List.of(bearer(forged))))
                    .as(forged)
                    .hasMessage("Unauthorized");
        }
    }

    @Test
    void aChangedTokenIsRefused() {
        String token = token("{}");
        int payload = token.indexOf('.') + 5;
        char other = token.charAt(payload) == 'A' ? 'B' : 'A';
        String changed = token.substring(0, payload) + other + token.substring(payload + 1);
        assertThatThrownBy(() -> new AuthenticatorChain(List.of(tokens)).authenticate(ONE, List.of(bearer(changed))))
                .hasMessage("Unauthorized");
    }

    @Test
    void nonsenseIsNobodys() {
        for (String nonsense : List.of("", ".", "..", "a.b.c", "....", "eyJhbGciOiJFUzI1NiJ9..", "\u0000")) {
            assertThat(user(nonsense)).as(nonsense).isEmpty();
        }
    }

    private static JWTClaimsSet claims() throws Exception {
        return JWTClaimsSet.parse("""
                {"iss": "https://one", "aud": ["https://one"], "sub": "system:serviceaccount:ns:robot",
                 "exp": 32503680000, "kubernetes.io": {"namespace": "ns", "serviceaccount": {"name": "robot", "uid": "u1"}}}
                """);
    }

    private void assertRefused(String token) {
        assertThatThrownBy(() -> user(token))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(401));
    }

    private Optional<UserInfo> user(String token) {
        return tokens.authenticate(ONE, bearer(token));
    }

    private String token(String spec) {
        return requests.issue(ONE, account, request(spec)).text("status", "token");
    }

    private static KubeObject request(String spec) {
        return KubeObject.of(Yaml.parseObject(
                "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, metadata: {}, spec: " + spec + "}"));
    }

    private static Authenticator.Credential bearer(String token) {
        return new Authenticator.Credential.Bearer(token);
    }

    private static String account(String uid) {
        return "{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: ns, uid: " + uid + "}}";
    }

    private static String pod(String account, String uid) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns, uid: " + uid
                + "}, spec: {serviceAccountName: " + account + "}}";
    }
}
