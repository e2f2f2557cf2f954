package io.kantoku.supervisor.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.kantoku.apimachinery.Json;
import io.kantoku.lab.NetworkStack;
import io.kantoku.supervisor.FakeDocuments;
import io.kantoku.supervisor.TestClock;
import io.kantoku.supervisor.audit.Deed;
import io.kantoku.supervisor.sso.FakeOidcProvider;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.OidcException;
import io.kantoku.supervisor.sso.OidcSource;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Target;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users of an OpenID Connect provider, which runs here: in the browser, over the API, and what is not good enough. */
class OidcLoginTest {
    private final TestClock clock = new TestClock();
    private final List<Deed> deeds = new ArrayList<>();
    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private FakeOidcProvider provider;
    private OidcSource source;
    private Target target;

    OidcLoginTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        provider = new FakeOidcProvider(clock);
        CertificateAuthority authority =
                CertificateAuthority.create("vcenter", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
        source = new OidcSource(
                provider.options(URI.create("https://localhost:8443/api/kantoku/oidc/callback")),
                http,
                clock,
                new Random(7));
        VcenterApi api = new VcenterApi(
                new Logins(new Users(new FakeDocuments(), clock), List.of(source), clock),
                new Sessions(clock),
                deeds::add,
                List.of());
        int port = server.listen(new ListenSpec(
                        "vcenter",
                        NetworkStack.host(),
                        new InetSocketAddress("127.0.0.1", 0),
                        Optional.of(authority.issue(LeafSpec.server("vcenter", List.of("127.0.0.1")))),
                        List.of(),
                        api))
                .address()
                .getPort();
        target = Target.https("127.0.0.1", port, ClientTls.trusting(authority.certificatePem()));
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
        provider.close();
    }

    @Test
    void aBrowserGoesToTheProviderAndComesBackLoggedIn() {
        JsonNode offered =
                Json.parse(get("/api/kantoku/login-sources", "").body()).get(1);
        assertThat(offered.path("kind").asText()).isEqualTo("OIDC");
        HttpResponse begun = get(offered.path("url").asText(), "");
        assertThat(begun.status()).isEqualTo(302);
        String browser = cookie(begun, "__Host-kantoku-login");
        URI location = URI.create(header(begun, "Location"));
        assertThat(location.toString()).startsWith(provider.issuer() + "/authorize?");
        URI back = provider.authorize(location);

        HttpResponse ended = get(back.getRawPath() + "?" + back.getRawQuery(), browser);
        assertThat(ended.status()).isEqualTo(302);
        assertThat(header(ended, "Location")).isEqualTo("/");
        JsonNode session = Json.parse(get("/api/kantoku/session", cookie(ended, "__Host-kantoku-session"))
                .body());
        assertThat(session.path("user").asText()).isEqualTo("hana@corp.example");
        assertThat(session.path("groups")).extracting(JsonNode::asText).containsExactly("devs");
        assertThat(session.path("administrator").asBoolean()).isFalse();
        assertThat(deeds).anyMatch(deed -> deed.user().equals("hana@corp.example") && deed.status() == 200);

        assertThat(get(back.getRawPath() + "?" + back.getRawQuery(), browser).status())
                .as("a state is good once")
                .isEqualTo(401);
    }

    @Test
    void aLoginEndsOnlyInTheBrowserInWhichItBegan() {
        HttpResponse begun = get("/api/kantoku/oidc/login?domain=corp.example", "");
        URI back = provider.authorize(URI.create(header(begun, "Location")));
        HttpResponse elsewhere = get(back.getRawPath() + "?" + back.getRawQuery(), "");
        assertThat(elsewhere.status()).isEqualTo(401);
        assertThat(new String(elsewhere.body(), StandardCharsets.UTF_8)).contains("another browser");
        assertThat(get("/api/kantoku/oidc/callback?state=x&code=y", "").status())
                .isEqualTo(401);
        assertThat(get("/api/kantoku/oidc/login?domain=nowhere", "").status()).isEqualTo(401);
        assertThat(new String(
                        get("/api/kantoku/oidc/callback?error=access_denied", "")
                                .body(),
                        StandardCharsets.UTF_8))
                .contains("access_denied");
    }

    @Test
    void programsBringAnIdToken() {
        String token = provider.sign(provider.token("").build());
        String basic =
                Base64.getEncoder().encodeToString(("hana@corp.example:" + token).getBytes(StandardCharsets.UTF_8));
        assertThat(open("Basic " + basic)).isEqualTo(201);
        assertThat(open("Bearer " + token)).isEqualTo(201);
        String other =
                Base64.getEncoder().encodeToString(("jiro@corp.example:" + token).getBytes(StandardCharsets.UTF_8));
        assertThat(open("Basic " + other)).isEqualTo(401);
        assertThat(open("Bearer nonsense")).isEqualTo(401);
        assertThat(source.find("hana")).isPresent();
        clock.advance(Duration.ofHours(11));
        assertThat(source.find("hana")).isEmpty();
    }

    @Test
    void failuresLockTheName() {
        String basic = Base64.getEncoder().encodeToString("hana@corp.example:x".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 5; i++) {
            assertThat(open("Basic " + basic)).isEqualTo(401);
        }
        String good = Base64.getEncoder()
                .encodeToString(
                        ("hana@corp.example:" + provider.sign(provider.token("").build()))
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(open("Basic " + good)).isEqualTo(401);
    }

    @Test
    void onlyTheNamedGroupAdministers() {
        provider.claims =
                Map.of("preferred_username", "Hana@corp.example", "groups", List.of("Administrators", "devs"));
        assertThat(source.user(provider.sign(provider.token("").build()))).satisfies(user -> {
            assertThat(user.name()).isEqualTo("hana");
            assertThat(user.administrator()).isFalse();
            assertThat(user.groups()).containsExactly("devs");
        });
        provider.claims = Map.of("preferred_username", "hana", "groups", List.of("platform"));
        assertThat(source.user(provider.sign(provider.token("").build())).administrator())
                .isTrue();
    }

    @Test
    void aTokenThatIsNotGoodIsRefusedWithItsReason() throws Exception {
        refused("another issuer", set -> set.issuer("https://elsewhere"));
        refused("another client", set -> set.audience("other"));
        refused("given to another client", set -> set.audience(List.of(FakeOidcProvider.CLIENT, "other")));
        refused("given to another client", set -> set.claim("azp", "other"));
        refused("has ended", set -> set.expirationTime(Date.from(clock.instant().minusSeconds(120))));
        refused("has no end", set -> set.expirationTime(null));
        refused(
                "not good yet",
                set -> set.notBeforeTime(Date.from(clock.instant().plusSeconds(120))));
        refused(
                "issued in the future",
                set -> set.issueTime(Date.from(clock.instant().plusSeconds(120))));
        refused("no claim preferred_username", set -> set.claim("preferred_username", null));
        refused("is not one of corp.example", set -> set.claim("preferred_username", "root@elsewhere"));

        JWTClaimsSet good = provider.token("").build();
        assertThatThrownBy(() -> source.user(new PlainJWT(good).serialize())).isInstanceOf(OidcException.class);
        SignedJWT symmetric = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), good);
        symmetric.sign(new MACSigner("0123456789abcdef0123456789abcdef"));
        assertThatThrownBy(() -> source.user(symmetric.serialize())).hasMessageContaining("algorithm");
        FakeOidcProvider other = new FakeOidcProvider(clock);
        assertThatThrownBy(() -> source.user(other.sign(good))).hasMessageContaining("has signed it");
        other.close();
    }

    @Test
    void newKeysAreAskedFor() throws Exception {
        source.user(provider.sign(provider.token("").build()));
        provider.rotate();
        clock.advance(Duration.ofMinutes(2));
        assertThat(source.user(provider.sign(provider.token("").build())).name())
                .isEqualTo("hana");
    }

    private void refused(String reason, UnaryOperator<JWTClaimsSet.Builder> change) {
        String token = provider.sign(change.apply(provider.token("")).build());
        assertThatThrownBy(() -> source.user(token))
                .isInstanceOf(OidcException.class)
                .hasMessageContaining(reason);
    }

    private int open(String authorization) {
        return http.send(HttpRequest.of("POST", target, "/api/session").header("Authorization", authorization))
                .status();
    }

    private HttpResponse get(String path, String cookie) {
        HttpRequest request = HttpRequest.get(target, path);
        return http.send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
    }

    private static String header(HttpResponse response, String name) {
        return response.header(name).orElseThrow();
    }

    /** {@code name=value} of a cookie that was set. */
    private static String cookie(HttpResponse response, String name) {
        return response.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase("Set-Cookie"))
                .map(HttpRequest.Header::value)
                .filter(value -> value.startsWith(name + "="))
                .map(value -> value.substring(0, value.indexOf(';')))
                .findFirst()
                .orElseThrow();
    }
}
