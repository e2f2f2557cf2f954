package io.kantoku.supervisor.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.DeleteOptions;
import io.kantoku.supervisor.audit.AuditLog;
import io.kantoku.supervisor.login.GuestDirectory;
import io.kantoku.supervisor.login.LoginTokens;
import io.kantoku.supervisor.namespaces.NamespaceSpec;
import io.kantoku.supervisor.rest.ClusterOperations;
import io.kantoku.supervisor.rest.NamespaceOperations;
import io.kantoku.supervisor.rest.UserOperations;
import io.kantoku.supervisor.rest.VcenterApi;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.supervisor.workload.SupervisorWorld;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpHandler;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.StreamingResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.pki.LeafSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console's API over HTTPS, on a Supervisor that runs. */
class ConsoleApiTest {
    private static final String HOST = "127.0.0.1";
    private static final Principal ADMINISTRATOR =
            new Principal("administrator", Users.DOMAIN, List.of(Principal.ADMINISTRATORS));
    private static final Principal DEVELOPER = new Principal("dev", Users.DOMAIN, List.of("team"));

    @TempDir
    private static Path directory;

    private static SupervisorWorld world;
    private static Sessions sessions;
    private static AuditLog audit;
    private static Target vcenter;

    @BeforeAll
    static void start() throws Exception {
        world = new SupervisorWorld(directory.resolve("disks")).enabled();
        sessions = new Sessions(world.clock);
        audit = AuditLog.open(directory.resolve("audit.log"), world.changes, world.clock);
        GuestDirectory guests = (namespace, name) -> List.of();
        ConsoleSources sources = new ConsoleSources(
                world.inventory,
                world.clusters,
                world.workload,
                world.namespaces,
                audit,
                BalancerView.SILENT,
                world.changes);
        LoginTokens tokens = LoginTokens.open(world.documents, world.clock);
        VcenterApi api = new VcenterApi(
                Logins.local(world.users),
                sessions,
                audit,
                List.of(
                        new ClusterOperations(world.workload, world.inventory),
                        new NamespaceOperations(world.namespaces, world.workload),
                        new UserOperations(world.users, sessions),
                        new ConsoleOperations(new ConsoleOperations.Parts(
                                sources, sessions, tokens, guests, ConsoleApiTest::kubernetes))));
        int port = world.listen(HOST, 0, world.vcenter.issue(LeafSpec.server("vcenter", List.of(HOST))), api)
                .address()
                .getPort();
        vcenter = Target.https(HOST, port, ClientTls.trusting(world.vcenter.certificatePem()));
    }

    @AfterAll
    static void stop() {
        world.close();
        audit.close();
    }

    /** A Kubernetes API that tells what it was asked. */
    private static HttpHandler kubernetes(ClusterId cluster) {
        return exchange -> exchange.respond(
                200,
                "application/json",
                Json.bytes(Json.object()
                        .put("cluster", cluster.value())
                        .put("method", exchange.method())
                        .put("path", exchange.rawPath())
                        .put("query", exchange.rawQuery())
                        .put("cookie", exchange.header("Cookie").orElse(""))
                        .put("impersonate", exchange.header("Impersonate-User").orElse(""))
                        .put("authorization", exchange.header("Authorization").orElse(""))));
    }

    @Nested
    class Browsers {
        @Test
        void logInWithACookieThatScriptsCannotRead() {
            HttpResponse answer = send(HttpRequest.of("POST", vcenter, "/api/kantoku/session")
                    .body(
                            "application/json",
                            json("{user: administrator, password: " + SupervisorWorld.PASSWORD + "}")));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Set-Cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie)
                            .startsWith("__Host-kantoku-session=")
                            .contains("; Path=/; Secure; HttpOnly; SameSite=Strict"));
            JsonNode session = Json.parse(answer.body());
            assertThat(session.path("user").asText()).isEqualTo("administrator@vsphere.local");
            assertThat(session.path("administrator").asBoolean()).isTrue();
            assertThat(session.path("csrf_token").asText()).isNotEmpty();
        }

        @Test
        void areNotLetInWithAWrongPassword() {
            HttpResponse answer = send(HttpRequest.of("POST", vcenter, "/api/kantoku/session")
                    .body("application/json", json("{user: nobody, password: wrong-password}")));
            assertThat(answer.status()).isEqualTo(401);
            assertThat(audit.newest(entry -> entry.deed().user().equals("nobody"), 1))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.deed().status()).isEqualTo(401));
        }

        @Test
        void mustSendTheTokenWithAChange() {
            Sessions.Session session = sessions.open(ADMINISTRATOR);
            HttpRequest change =
                    cookie(session, "POST", "/api/kantoku/check-network").body("application/json", json("{}"));
            assertThat(send(change).status()).isEqualTo(403);
            assertThat(send(change.header("X-CSRF-Token", "wrong")).status()).isEqualTo(403);
            assertThat(send(change.header("X-CSRF-Token", session.csrfToken())).status())
                    .isEqualTo(200);
            assertThat(send(cookie(session, "GET", "/api/kantoku/vips")).status())
                    .isEqualTo(200);
        }

        @Test
        void cannotMakePagesOfOthersUseAProgramsCookie() {
            Sessions.Session session = sessions.open(ADMINISTRATOR);
            HttpRequest change = HttpRequest.of("POST", vcenter, "/api/kantoku/check-network")
                    .header("Cookie", "vmware-api-session-id=" + session.token())
                    .body("application/json", json("{}"));
            assertThat(send(change).status()).isEqualTo(200);
            assertThat(send(change.header("Sec-Fetch-Site", "same-site")).status())
                    .isEqualTo(403);
        }
    }

    @Nested
    class Stream {
        @Test
        void tellsWhatThereIsAndThenWhatChanges() {
            try (Events events = new Events(ADMINISTRATOR, "")) {
                assertThat(events.next().name()).isEqualTo("reset");
                List<Event> first = events.until("synced");
                assertThat(first).anySatisfy(event -> {
                    assertThat(event.name()).isEqualTo("supervisor");
                    assertThat(event.object().path("config_status").asText()).isEqualTo("RUNNING");
                    assertThat(event.object().path("steps"))
                            .hasSize(8)
                            .allSatisfy(step ->
                                    assertThat(step.path("state").asText()).isEqualTo("DONE"));
                });
                assertThat(first.stream().filter(event -> event.name().equals("vm")))
                        .hasSize(3);
                assertThat(first.stream().filter(event -> event.name().equals("host")))
                        .hasSize(3);
                assertThat(first.stream().filter(event -> event.name().equals("node")))
                        .hasSize(3);
                namespace("streamed", "");
                Event made = events.await("namespace", "streamed");
                assertThat(made.object().path("cluster").asText()).isEqualTo(SupervisorWorld.CLUSTER);
                guest("streamed", "tkc01");
                assertThat(events.await("guest", "streamed/tkc01")
                                .object()
                                .path("kind")
                                .asText())
                        .isEqualTo("TanzuKubernetesCluster");
                world.supervisor()
                        .delete(Kinds.GUESTS, new NamespacedName("streamed", "tkc01"), DeleteOptions.background());
                assertThat(events.await("guest", "streamed/tkc01").type()).isEqualTo("DELETED");
            }
        }

        @Test
        void tellsADeveloperOfTheirNamespacesOnly() {
            namespace("secret", "");
            namespace("shared", "dev");
            guest("secret", "hidden");
            guest("shared", "shown");
            try (Events events = new Events(DEVELOPER, "")) {
                List<Event> first = events.until("synced");
                assertThat(first).extracting(Event::name).doesNotContain("audit", "vm");
                assertThat(first.stream().filter(event -> event.name().equals("guest")))
                        .extracting(Event::key)
                        .containsExactly("shared/shown");
                assertThat(first.toString()).doesNotContain("secret");
            }
        }

        @Test
        void beginsAgainWhenTheUserMaySeeMore() {
            namespace("later", "");
            try (Events events = new Events(DEVELOPER, "namespace")) {
                events.until("synced");
                world.namespaces.set(world.namespaces
                        .get("later")
                        .withAccess(List.of(new NamespaceSpec.Access(
                                NamespaceSpec.SubjectType.USER, "dev", Users.DOMAIN, NamespaceSpec.Role.VIEW))));
                assertThat(events.until("reset")).isNotNull();
                assertThat(events.await("namespace", "later").type()).isEqualTo("PRESENT");
            }
        }

        @Test
        void endsWithTheSession() {
            Sessions.Session session = sessions.open(ADMINISTRATOR);
            try (Events events = new Events(session, "host")) {
                events.until("synced");
                sessions.close(session.token());
                namespace("nudge", ""); // something happens
                assertThat(events.until("session-ended")).isNotNull();
            }
        }
    }

    @Nested
    class Kubernetes {
        @Test
        void isCalledAsTheUserAndWithoutTheBrowsersCredentials() {
            Sessions.Session session = sessions.open(DEVELOPER);
            HttpResponse answer =
                    send(cookie(session, "PATCH", "/api/kantoku/supervisor/kubernetes/api/v1/pods?action=x")
                            .header("X-CSRF-Token", session.csrfToken())
                            .header("Impersonate-User", "system:admin")
                            .body("application/merge-patch+json", json("{}")));
            JsonNode asked = Json.parse(answer.body());
            assertThat(asked.path("cluster").asText()).isEqualTo("supervisor");
            assertThat(asked.path("method").asText()).isEqualTo("PATCH");
            assertThat(asked.path("path").asText()).isEqualTo("/api/v1/pods");
            assertThat(asked.path("query").asText()).isEqualTo("action=x");
            assertThat(asked.path("cookie").asText()).isEmpty();
            assertThat(asked.path("impersonate").asText()).isEmpty();
            String token = asked.path("authorization").asText().substring("Bearer ".length());
            assertThat(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8))
                    .contains("sso:dev@vsphere.local")
                    .contains("sso:team@vsphere.local");
        }

        @Test
        void hidesGuestsOfOthers() {
            assertThat(get(DEVELOPER, "/api/kantoku/guests/nowhere/tkc01/kubernetes/version")
                            .status())
                    .isEqualTo(404);
        }
    }

    @Nested
    class Reads {
        @Test
        void theAuditLogIsForAdministrators() {
            assertThat(get(DEVELOPER, "/api/kantoku/audit").status()).isEqualTo(403);
            assertThat(get(ADMINISTRATOR, "/api/kantoku/audit?limit=5").status())
                    .isEqualTo(200);
        }

        @Test
        void aMachineHasAConsole() {
            String vm = world.inventory.machines().list().getFirst().id().toString();
            JsonNode console = Json.parse(
                    get(ADMINISTRATOR, "/api/kantoku/vms/" + vm + "/console").body());
            assertThat(console.path("lines")).isNotEmpty();
            assertThat(console.path("lines").path(0).path("text").asText()).isEqualTo("powered on");
            long next = console.path("next").asLong();
            assertThat(Json.parse(get(ADMINISTRATOR, "/api/kantoku/vms/" + vm + "/console?after=" + next)
                                    .body())
                            .path("lines"))
                    .isEmpty();
            assertThat(get(DEVELOPER, "/api/kantoku/vms/" + vm + "/console").status())
                    .isEqualTo(404);
        }

        @Test
        void theTopologyJoinsMachinesAndNetworks() {
            JsonNode topology =
                    Json.parse(get(ADMINISTRATOR, "/api/kantoku/topology").body());
            assertThat(topology.path("nodes"))
                    .extracting(node -> node.path("kind").asText())
                    .contains("SWITCH", "NETWORK", "CONTROL_VM");
            assertThat(topology.path("links")).isNotEmpty();
        }

        @Test
        void theNetworkIsTriedPartByPart() {
            JsonNode all = findings(world.spec());
            assertThat(all.path("checks")).anySatisfy(check -> {
                assertThat(check.path("id").asText()).isEqualTo("DATA_PLANE_API");
                assertThat(check.path("state").asText()).isEqualTo("OK");
            });
            assertThat(all.path("checks")).anySatisfy(check -> {
                assertThat(check.path("id").asText()).isEqualTo("ADDRESSES_FREE");
                assertThat(check.path("message").asText()).contains("SupervisorControlPlaneVM (1)");
            });
            JsonNode nothing = findings(Json.object());
            assertThat(nothing.path("ok").asBoolean()).isTrue();
            assertThat(nothing.path("checks"))
                    .allSatisfy(
                            check -> assertThat(check.path("state").asText()).isEqualTo("SKIPPED"));
        }

        private static JsonNode findings(JsonNode specification) {
            HttpResponse answer = send(HttpRequest.of("POST", vcenter, "/api/kantoku/check-network")
                    .header(
                            "vmware-api-session-id",
                            sessions.open(ADMINISTRATOR).token())
                    .body("application/json", Json.bytes(specification)));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            return Json.parse(answer.body());
        }
    }

    /** An event of a stream. */
    private record Event(String name, JsonNode data) {
        String type() {
            return data.path("type").asText();
        }

        String key() {
            return data.path("key").asText();
        }

        JsonNode object() {
            return data.path("object");
        }
    }

    /** A stream that is read. */
    private static final class Events implements AutoCloseable {
        private final StreamingResponse stream;

        Events(Principal user, String topics) {
            this(sessions.open(user), topics);
        }

        Events(Sessions.Session session, String topics) {
            stream = world.http.open(HttpRequest.get(vcenter, "/api/kantoku/events?topics=" + topics)
                    .header("vmware-api-session-id", session.token())
                    .timeout(Duration.ofSeconds(20)));
            assertThat(stream.status()).isEqualTo(200);
        }

        Event next() {
            String name = "";
            while (true) {
                String line = stream.nextLine()
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .orElseThrow(() -> new AssertionError("the stream ended"));
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return new Event(name, Json.parse(line.substring(6).getBytes(StandardCharsets.UTF_8)));
                }
            }
        }

        List<Event> until(String name) {
            List<Event> events = new ArrayList<>();
            while (true) {
                Event event = next();
                events.add(event);
                if (event.name().equals(name)) {
                    return events;
                }
            }
        }

        Event await(String name, String key) {
            while (true) {
                Event event = next();
                if (event.name().equals(name) && event.key().equals(key)) {
                    return event;
                }
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private static void namespace(String name, String user) {
        var access = user.isEmpty()
                ? List.<NamespaceSpec.Access>of()
                : List.of(new NamespaceSpec.Access(
                        NamespaceSpec.SubjectType.USER, user, Users.DOMAIN, NamespaceSpec.Role.EDIT));
        world.namespaces.create(
                world.namespaces.blank(name, SupervisorWorld.CLUSTER).withAccess(access));
    }

    private static void guest(String namespace, String name) {
        world.supervisor()
                .create(
                        Kinds.GUESTS,
                        KubeObject.of(Yaml.parseObject("{apiVersion: run.tanzu.vmware.com/v1alpha1,"
                                + " kind: TanzuKubernetesCluster, metadata: {name: " + name + ", namespace: "
                                + namespace
                                + "}, spec: {}}")));
    }

    private static HttpRequest cookie(Sessions.Session session, String method, String path) {
        return HttpRequest.of(method, vcenter, path).header("Cookie", "__Host-kantoku-session=" + session.token());
    }

    private static HttpResponse get(Principal user, String path) {
        return send(HttpRequest.get(vcenter, path)
                .header("vmware-api-session-id", sessions.open(user).token()));
    }

    private static HttpResponse send(HttpRequest request) {
        return world.http.send(request);
    }

    private static byte[] json(String yaml) {
        return Json.bytes(Yaml.parse(yaml));
    }
}
