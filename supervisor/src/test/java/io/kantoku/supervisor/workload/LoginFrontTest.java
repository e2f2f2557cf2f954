package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.supervisor.FakeDocuments;
import io.kantoku.supervisor.login.GuestDirectory.Guest;
import io.kantoku.supervisor.login.LoginTokens;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The login front of a Supervisor that runs. */
final class LoginFrontTest extends Fronts {
    @Test
    void needsNobodyForTheBannerAndThePlugin() {
        HttpResponse banner = send(HttpRequest.get(front, "/wcp/loginbanner"));
        assertThat(banner.status()).isEqualTo(200);
        assertThat(banner.text()).isEqualTo("Be nice.");
        HttpResponse plugin = send(HttpRequest.get(front, "/wcp/plugin/linux-amd64/vsphere-plugin.zip"));
        assertThat(plugin.status()).isEqualTo(200);
        assertThat(plugin.header("Content-Type")).contains("application/zip");
        assertThat(send(HttpRequest.get(front, "/wcp/plugin/plan9-amd64/vsphere-plugin.zip"))
                        .status())
                .isEqualTo(404);
        assertThat(send(HttpRequest.get(front, "/")).text()).contains("Kubernetes CLI Tools");
        assertThat(send(HttpRequest.get(front, "/wcp/logout")).status()).isEqualTo(404);
    }

    @Test
    void givesATokenThatOpensTheListOfNamespaces() throws Exception {
        String admin = login(ADMIN);
        create(admin, "mine", "VIEW");
        assertThat(call("POST", NAMESPACES, admin, "{\"namespace\":\"theirs\",\"cluster\":\"domain-c8\"}")
                        .status())
                .isEqualTo(204);
        HttpResponse answer = send(basic("POST", "/wcp/login", "Dev@vsphere.local"));
        assertThat(answer.status()).isEqualTo(200);
        String token = json(answer).path("session_id").asText();
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("sso:Dev@vsphere.local");
        assertThat(claims.getAudience()).containsExactly(ClusterId.SUPERVISOR.value());
        assertThat(claims.getStringListClaim("groups")).containsExactly("sso:team@vsphere.local");
        assertThat(claims.getExpirationTime().getTime() - claims.getIssueTime().getTime())
                .isEqualTo(Duration.ofHours(10).toMillis());

        assertThat(workloads("Bearer " + token)).containsExactly("mine");
        assertThat(workloads(authorization("dev"))).containsExactly("mine");
        assertThat(workloads(authorization(ADMIN))).contains("mine", "theirs");
        JsonNode item = json(workload("Bearer " + token)).get(0);
        assertThat(item.path("master_host").asText()).isEqualTo(SupervisorWorld.VIP);
        assertThat(item.path("control_plane_DNS_names").get(0).asText()).isEqualTo("wcp.example");
    }

    @Test
    void isRefusedWithoutTheRightPasswordOrAGoodToken() throws Exception {
        String token = json(send(basic("POST", "/wcp/login", "dev")))
                .path("session_id")
                .asText();
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        LoginTokens stranger = LoginTokens.open(new FakeDocuments(), world.clock);
        for (String authorization : List.of(
                "",
                "Basic x",
                "Basic " + Base64.getEncoder().encodeToString("dev:wrong".getBytes(StandardCharsets.UTF_8)),
                "Bearer ",
                "Bearer nonsense",
                "Bearer " + new PlainJWT(claims).serialize(),
                "Bearer " + stranger.issue(world.users.find("dev").orElseThrow(), "dev", List.of(ClusterId.SUPERVISOR)),
                "Bearer "
                        + tokens.issue(
                                world.users.find("dev").orElseThrow(), "dev", List.of(new ClusterId("ns1.tkc01"))))) {
            HttpResponse answer = workload(authorization);
            assertThat(answer.status()).as(authorization).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isPresent();
        }
        assertThat(tokens.verify(token)).contains(new LoginTokens.Bearer("dev", "vsphere.local"));
        world.clock.advance(LoginTokens.LIFETIME);
        SESSIONS.clear();
        assertThat(tokens.verify(token)).isEmpty();
    }

    @Test
    void toAGuestClusterNeedsItsNamespace() throws Exception {
        String admin = login(ADMIN);
        create(admin, "guests", "EDIT");
        GUESTS.clear();
        GUESTS.add(guest("guests", "tkc01", "127.91.59.130"));
        GUESTS.add(guest("hidden", "tkc02", "127.91.59.131"));
        GUESTS.add(guest("guests", "early", ""));

        HttpResponse answer = guestLogin("dev", "{guest_cluster_name: tkc01}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(json(answer).path("guest_cluster_server").asText()).isEqualTo("127.91.59.130");
        assertThat(new String(
                        Base64.getDecoder()
                                .decode(json(answer).path("guest_cluster_ca").asText()),
                        StandardCharsets.UTF_8))
                .isEqualTo("PEM");
        assertThat(SignedJWT.parse(json(answer).path("session_id").asText())
                        .getJWTClaimsSet()
                        .getAudience())
                .containsExactly(ClusterId.SUPERVISOR.value(), "guests.tkc01");

        assertThat(guestLogin("dev", "{guest_cluster_name: tkc02}").status()).isEqualTo(404);
        assertThat(guestLogin("dev", "{guest_cluster_name: tkc01, guest_cluster_namespace: other}")
                        .status())
                .isEqualTo(404);
        assertThat(guestLogin("dev", "{guest_cluster_name: early}").status()).isEqualTo(503);
        create(admin, "guests-too", "EDIT");
        GUESTS.add(guest("guests-too", "tkc01", "127.91.59.132"));
        assertThat(guestLogin("dev", "{guest_cluster_name: tkc01}").status()).isEqualTo(400);
        assertThat(guestLogin("dev", "{guest_cluster_name: tkc01, guest_cluster_namespace: guests}")
                        .status())
                .isEqualTo(200);
        guestsTakeTokens = false;
        HttpResponse refused = guestLogin("dev", "{guest_cluster_name: tkc01, guest_cluster_namespace: guests}");
        guestsTakeTokens = true;
        assertThat(refused.status()).isEqualTo(501);
        assertThat(refused.text()).contains("do not know the tokens of this login", "Secret tkc01-kubeconfig");
    }

    private static Guest guest(String namespace, String name, String server) {
        return new Guest(namespace, name, new ClusterId(namespace + "." + name), server, "PEM");
    }

    private static HttpResponse guestLogin(String user, String body) {
        return send(basic("POST", "/wcp/login", user).body("application/json", Json.bytes(Yaml.parse(body))));
    }

    private static List<String> workloads(String authorization) {
        List<String> names = new ArrayList<>();
        json(workload(authorization))
                .forEach(item -> names.add(item.path("namespace").asText()));
        return names;
    }

    private static HttpResponse workload(String authorization) {
        HttpRequest request = HttpRequest.get(front, "/wcp/workloads");
        return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
    }
}
