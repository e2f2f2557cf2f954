package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.FakeDocuments;
import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.login.GuestDirectory.Guest;
import io.kantoku.supervisor.login.LoginTokens;
import io.kantoku.supervisor.login.WcpFront;
import io.kantoku.supervisor.rest.ClusterOperations;
import io.kantoku.supervisor.rest.InventoryOperations;
import io.kantoku.supervisor.rest.MachineOperations;
import io.kantoku.supervisor.rest.NamespaceOperations;
import io.kantoku.supervisor.rest.UserOperations;
import io.kantoku.supervisor.rest.VcenterApi;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpHandler;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** vCenter's REST API and the login front of a Supervisor that runs, over HTTPS. */
class FrontsTest {
    private static final String HOST = "127.0.0.1";
    private static final String CLUSTERS = "/api/vcenter/namespace-management/clusters";
    private static final String NAMESPACES = "/api/vcenter/namespaces/instances";
    private static final String ADMIN = "administrator@vsphere.local";

    @TempDir
    private static Path disks;

    private static SupervisorWorld world;
    private static LoginTokens tokens;
    private static Target vcenter;
    private static Target front;
    private static final List<Guest> GUESTS = new ArrayList<>();
    private static final Map<String, String> SESSIONS = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        world = new SupervisorWorld(disks).enabled();
        tokens = LoginTokens.open(world.documents, world.clock);
        Sessions sessions = new Sessions(world.clock);
        vcenter = serve(new VcenterApi(
                Logins.local(world.users),
                sessions,
                Audit.NONE,
                List.of(
                        new ClusterOperations(world.workload, world.inventory),
                        new NamespaceOperations(world.namespaces, world.workload),
                        new InventoryOperations(world.inventory),
                        new MachineOperations(world.inventory),
                        new UserOperations(world.users, sessions))));
        front = serve(new WcpFront(
                Logins.local(world.users),
                tokens,
                world.workload,
                world.namespaces,
                (namespace, name) -> GUESTS.stream()
                        .filter(guest -> guest.name().equals(name)
                                && (namespace.isEmpty() || guest.namespace().equals(namespace)))
                        .toList(),
                system -> system.equals("linux-amd64") ? Optional.of(new byte[] {'P', 'K'}) : Optional.empty()));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Nested
    class SessionRules {
        @Test
        void bothFamiliesOpenASession() {
            HttpResponse rest = send(basic("POST", "/rest/com/vmware/cis/session", ADMIN));
            assertThat(rest.status()).isEqualTo(200);
            assertThat(json(rest).path("value").asText()).isNotEmpty();
            assertThat(rest.header("Set-Cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie)
                            .startsWith("vmware-api-session-id=")
                            .contains("HttpOnly"));
            HttpResponse api = send(basic("POST", "/api/session", ADMIN));
            assertThat(api.status()).isEqualTo(201);
            assertThat(json(api).isTextual()).isTrue();
        }

        @Test
        void aSessionTellsWhoseItIs() {
            String token = login(ADMIN);
            JsonNode api = json(call("GET", "/api/session", token, ""));
            assertThat(api.path("user").asText()).isEqualTo(ADMIN);
            assertThat(api.path("created_time").asText()).isNotEmpty();
            JsonNode rest = json(call("POST", "/rest/com/vmware/cis/session?~action=get", token, ""));
            assertThat(rest.path("value").path("user").asText()).isEqualTo(ADMIN);
        }

        @Test
        void aCookieIsAsGoodAsTheHeader() {
            HttpRequest request = HttpRequest.get(vcenter, CLUSTERS)
                    .header("Cookie", "a=b; vmware-api-session-id=" + login(ADMIN) + "; c=d");
            assertThat(send(request).status()).isEqualTo(200);
        }

        @Test
        void aClosedSessionIsNoSession() {
            String token = newSession(ADMIN);
            assertThat(call("DELETE", "/api/session", token, "").status()).isEqualTo(204);
            assertThat(call("GET", "/api/session", token, "").status()).isEqualTo(401);
            String other = newSession(ADMIN);
            assertThat(call("DELETE", "/rest/com/vmware/cis/session", other, "").status())
                    .isEqualTo(200);
        }

        @Test
        void withoutOneErrorsHaveTheFormOfTheFamily() {
            HttpResponse api = call("GET", CLUSTERS, "nonsense", "");
            assertThat(api.status()).isEqualTo(401);
            assertThat(api.header("WWW-Authenticate")).isPresent();
            assertThat(json(api).path("error_type").asText()).isEqualTo("UNAUTHENTICATED");
            HttpResponse rest = call("GET", "/rest/vcenter/cluster", "", "");
            assertThat(rest.status()).isEqualTo(401);
            assertThat(json(rest).path("type").asText()).isEqualTo("com.vmware.vapi.std.errors.unauthenticated");
            assertThat(json(rest)
                            .path("value")
                            .path("messages")
                            .get(0)
                            .path("default_message")
                            .asText())
                    .isNotEmpty();
        }
    }

    @Nested
    class Vcenter {
        @Test
        void inventoryIsWrappedInOneFamilyAndBareInTheOther() {
            String token = login(ADMIN);
            JsonNode rest = json(call("GET", "/rest/vcenter/cluster", token, ""));
            assertThat(rest.path("value").get(0).path("cluster").asText()).isEqualTo(SupervisorWorld.CLUSTER);
            JsonNode api = json(call("GET", "/api/vcenter/cluster", token, ""));
            assertThat(api.get(0).path("cluster").asText()).isEqualTo(SupervisorWorld.CLUSTER);
            for (String path : List.of("datacenter", "host", "network", "datastore", "folder", "resource-pool", "vm")) {
                assertThat(json(call("GET", "/rest/vcenter/" + path, token, "")).path("value"))
                        .as(path)
                        .isNotEmpty();
            }
        }

        @Test
        void theClusterIsShownWithoutThePassword() {
            String token = login(ADMIN);
            JsonNode summary = json(call("GET", CLUSTERS, token, "")).get(0);
            assertThat(summary.path("config_status").asText()).isEqualTo("RUNNING");
            assertThat(summary.path("kubernetes_status").asText()).isEqualTo("READY");
            HttpResponse info = call("GET", CLUSTERS + "/" + SupervisorWorld.CLUSTER, token, "");
            assertThat(json(info).path("api_server_cluster_endpoint").asText()).isEqualTo(SupervisorWorld.VIP);
            assertThat(json(info).path("api_servers")).hasSize(3);
            assertThat(info.text()).doesNotContain("ha-secret");
        }

        @Test
        void whatIsNotThereIsNotFound() {
            String token = login(ADMIN);
            for (String path : List.of(
                    CLUSTERS + "/domain-c99",
                    CLUSTERS + "/x",
                    CLUSTERS + "/%20",
                    NAMESPACES + "/none",
                    "/api/nothing")) {
                HttpResponse answer = call("GET", path, token, "");
                assertThat(answer.status()).as(path).isEqualTo(404);
                assertThat(json(answer).path("error_type").asText()).isEqualTo("NOT_FOUND");
            }
        }

        @Test
        void enablingAgainAndWithFaultsAreToldApart() {
            String token = login(ADMIN);
            String enable = CLUSTERS + "/" + SupervisorWorld.CLUSTER + "?action=enable";
            HttpResponse again = call("POST", enable, token, world.spec().toString());
            assertThat(again.status()).isEqualTo(400);
            assertThat(json(again).path("error_type").asText()).isEqualTo("ALREADY_EXISTS");
            String check = CLUSTERS + "/" + SupervisorWorld.CLUSTER + "?action=check";
            HttpResponse faulty = call("POST", check, token, "{\"network_provider\":\"NSXT_CONTAINER_PLUGIN\"}");
            assertThat(json(faulty).path("error_type").asText()).isEqualTo("INVALID_ARGUMENT");
            assertThat(json(faulty).path("messages").get(0).path("args").get(0).asText())
                    .isEqualTo("network_provider");
            assertThat(call("POST", check, token, world.spec().toString()).status())
                    .isEqualTo(204);
            assertThat(call("POST", check, token, "{").status()).isEqualTo(400);
        }

        @Test
        void onlyAdministratorsChangeThings() {
            String token = login("dev");
            for (String[] call : new String[][] {
                {"POST", CLUSTERS + "/" + SupervisorWorld.CLUSTER + "?action=enable"},
                {"POST", NAMESPACES},
                {"DELETE", NAMESPACES + "/x"},
                {"PATCH", NAMESPACES + "/x"},
                {"PUT", NAMESPACES + "/x"},
                {"POST", NAMESPACES + "/x/access/vsphere.local/dev?type=USER"},
                {"POST", "/api/kantoku/users"},
            }) {
                HttpResponse answer = call(call[0], call[1], token, "{}");
                assertThat(answer.status()).as(call[0] + " " + call[1]).isEqualTo(403);
                assertThat(json(answer).path("error_type").asText()).isEqualTo("UNAUTHORIZED");
            }
        }

        @Test
        void aNamespaceIsMadeChangedAndRemoved() {
            String token = login(ADMIN);
            create(token, "shop", "EDIT");
            assertThat(role("shop", "user:vsphere.local:dev")).isEqualTo("edit");
            assertThat(role("shop", "group:vsphere.local:Administrators")).isEqualTo("edit");
            assertThat(hard("shop-storagequota", "shop")).hasSize(1);
            assertThat(hard("shop", "shop").path("limits.cpu").asText()).isEqualTo("2000m");
            JsonNode info = json(call("GET", NAMESPACES + "/shop", token, ""));
            assertThat(info.path("config_status").asText()).isEqualTo("RUNNING");
            assertThat(info.path("networks").get(0).asText()).isEqualTo("wl-0");

            assertThat(call("PATCH", NAMESPACES + "/shop", token, "{\"resource_spec\":{\"pod_count\":5}}")
                            .status())
                    .isEqualTo(204);
            assertThat(hard("shop", "shop")).hasToString("{\"pods\":\"5\"}");
            assertThat(role("shop", "user:vsphere.local:dev")).isEqualTo("edit");

            String access = NAMESPACES + "/shop/access/vsphere.local/dev?type=USER";
            assertThat(call("PUT", access, token, "{\"role\":\"VIEW\"}").status())
                    .isEqualTo(204);
            assertThat(role("shop", "user:vsphere.local:dev")).isEqualTo("view");
            assertThat(json(call("GET", access, token, "")).path("role").asText())
                    .isEqualTo("VIEW");
            assertThat(call("DELETE", access, token, "").status()).isEqualTo(204);
            assertThat(role("shop", "user:vsphere.local:dev")).isEmpty();
            assertThat(json(call("GET", access, token, "")).path("error_type").asText())
                    .isEqualTo("UNSUPPORTED");

            String group = NAMESPACES + "/shop/access/vsphere.local/the%20team?type=GROUP";
            assertThat(call("POST", group, token, "{\"role\":\"EDIT\"}").status())
                    .isEqualTo(204);
            assertThat(role("shop", "group:vsphere.local:the team")).isEqualTo("edit");
            assertThat(json(call("POST", group, token, "{\"role\":\"EDIT\"}"))
                            .path("error_type")
                            .asText())
                    .isEqualTo("ALREADY_EXISTS");

            assertThat(call("PUT", NAMESPACES + "/shop", token, "{}").status()).isEqualTo(204);
            assertThat(world.supervisor()
                            .list(Resources.RESOURCE_QUOTAS, Query.in("shop"))
                            .items())
                    .isEmpty();
            assertThat(role("shop", "group:vsphere.local:the team")).isEmpty();

            assertThat(call("DELETE", NAMESPACES + "/shop", token, "").status()).isEqualTo(204);
            assertThat(json(call("GET", NAMESPACES + "/shop", token, ""))
                            .path("config_status")
                            .asText())
                    .isEqualTo("REMOVING");
            assertThat(json(call("PUT", NAMESPACES + "/shop", token, "{}"))
                            .path("error_type")
                            .asText())
                    .isEqualTo("NOT_ALLOWED_IN_CURRENT_STATE");
            assertThat(world.supervisor()
                            .find(Resources.NAMESPACES, NamespacedName.clusterScoped("shop"))
                            .filter(left -> !left.deleting()))
                    .isEmpty();
        }

        @Test
        void aNamespaceThatCannotBeIsRefusedWithTheField() {
            String token = login(ADMIN);
            for (Map.Entry<String, String> fault : Map.of(
                            "{namespace: Shop, cluster: domain-c8}", "namespace: 'Shop' must be a DNS label",
                            "{namespace: vmware-system-x, cluster: domain-c8}", "must not begin with",
                            "{namespace: x}", "namespace and cluster are required",
                            "{namespace: x, cluster: domain-c8, storage_specs: [{policy: gold}]}",
                                    "storage_specs.policy",
                            "{namespace: x, cluster: domain-c8, resource_spec: {cats: 1}}", "resource_spec.cats",
                            "{namespace: x, cluster: domain-c8, networks: [none]}",
                                    "networks: there is no workload network",
                            "{namespace: x, cluster: domain-c8, access_list: [{subject_type: USER, subject: nobody, role: EDIT}]}",
                                    "there is no user nobody@vsphere.local",
                            "{namespace: x, cluster: domain-c8, access_list: [{subject_type: USER, subject: dev, role: KING}]}",
                                    "access_list.role: 'KING' is not one of",
                            "{namespace: x, cluster: domain-c8, access_list: [{subject_type: GROUP, subject: a/b, role: EDIT}]}",
                                    "cannot name a user or group")
                    .entrySet()) {
                HttpResponse answer = call(
                        "POST", NAMESPACES, token, Yaml.parse(fault.getKey()).toString());
                assertThat(answer.status()).as(fault.getKey()).isEqualTo(400);
                assertThat(answer.text()).contains(fault.getValue());
                assertThat(world.namespaces.find("x")).isEmpty();
            }
        }
    }

    @Nested
    class Login {
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
            assertThat(claims.getExpirationTime().getTime()
                            - claims.getIssueTime().getTime())
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
                    "Bearer "
                            + stranger.issue(
                                    world.users.find("dev").orElseThrow(), "dev", List.of(ClusterId.SUPERVISOR)),
                    "Bearer "
                            + tokens.issue(
                                    world.users.find("dev").orElseThrow(),
                                    "dev",
                                    List.of(new ClusterId("ns1.tkc01"))))) {
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
                                    .decode(json(answer)
                                            .path("guest_cluster_ca")
                                            .asText()),
                            StandardCharsets.UTF_8))
                    .isEqualTo("PEM");
            assertThat(SignedJWT.parse(json(answer).path("session_id").asText())
                            .getJWTClaimsSet()
                            .getAudience())
                    .containsExactly(ClusterId.SUPERVISOR.value(), "guests.tkc01");

            assertThat(guestLogin("dev", "{guest_cluster_name: tkc02}").status())
                    .isEqualTo(404);
            assertThat(guestLogin("dev", "{guest_cluster_name: tkc01, guest_cluster_namespace: other}")
                            .status())
                    .isEqualTo(404);
            assertThat(guestLogin("dev", "{guest_cluster_name: early}").status())
                    .isEqualTo(503);
            create(admin, "guests-too", "EDIT");
            GUESTS.add(guest("guests-too", "tkc01", "127.91.59.132"));
            assertThat(guestLogin("dev", "{guest_cluster_name: tkc01}").status())
                    .isEqualTo(400);
            assertThat(guestLogin("dev", "{guest_cluster_name: tkc01, guest_cluster_namespace: guests}")
                            .status())
                    .isEqualTo(200);
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

    private static void create(String token, String name, String role) {
        HttpResponse answer = call(
                "POST",
                NAMESPACES,
                token,
                Yaml.parse("{namespace: " + name
                                + ", cluster: domain-c8, description: d, resource_spec: {cpu_limit: 2000,"
                                + " memory_limit: 1024}, access_list: [{subject_type: USER, subject: dev, domain:"
                                + " vsphere.local, role: " + role + "}], storage_specs: [{policy: '" + world.policy()
                                + "', limit: 100}]}")
                        .toString());
        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    }

    private static String role(String namespace, String who) {
        return world.supervisor()
                .find(Resources.ROLE_BINDINGS, new NamespacedName(namespace, "wcp:" + namespace + ":" + who))
                .map(binding -> binding.text("roleRef", "name"))
                .orElse("");
    }

    private static JsonNode hard(String quota, String namespace) {
        return world.supervisor()
                .get(Resources.RESOURCE_QUOTAS, new NamespacedName(namespace, quota))
                .at("spec", "hard");
    }

    /** The token of one session per user; deriving a password's hash takes its time. */
    private static String login(String user) {
        return SESSIONS.computeIfAbsent(user, FrontsTest::newSession);
    }

    private static String newSession(String user) {
        return json(send(basic("POST", "/api/session", user))).asText();
    }

    private static HttpRequest basic(String method, String path, String user) {
        Target target = path.startsWith("/wcp") ? front : vcenter;
        return HttpRequest.of(method, target, path).header("Authorization", authorization(user));
    }

    private static String authorization(String user) {
        byte[] pair = (user + ":" + SupervisorWorld.PASSWORD).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static HttpResponse call(String method, String path, String token, String body) {
        HttpRequest request = HttpRequest.of(method, vcenter, path).header("vmware-api-session-id", token);
        return send(body.isEmpty() ? request : request.body("application/json", body.getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse send(HttpRequest request) {
        return world.http.send(request);
    }

    private static JsonNode json(HttpResponse answer) {
        return Json.parse(answer.body());
    }

    private static Target serve(HttpHandler handler) throws IOException {
        int port = world.listen(HOST, 0, world.vcenter.issue(LeafSpec.server("vcenter", List.of(HOST))), handler)
                .address()
                .getPort();
        return Target.https(HOST, port, ClientTls.trusting(world.vcenter.certificatePem()));
    }
}
