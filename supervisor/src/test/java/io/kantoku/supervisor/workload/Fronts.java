package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.login.GuestDirectory;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** vCenter's REST API and the login front of a Supervisor that runs, over HTTPS, and how they are called. */
abstract class Fronts {
    private static final String HOST = "127.0.0.1";
    static final String CLUSTERS = "/api/vcenter/namespace-management/clusters";
    static final String NAMESPACES = "/api/vcenter/namespaces/instances";
    static final String ADMIN = "administrator@vsphere.local";

    @TempDir
    private static Path disks;

    static SupervisorWorld world;
    static LoginTokens tokens;
    static Target vcenter;
    static Target front;
    static final List<Guest> GUESTS = new ArrayList<>();
    static final Map<String, String> SESSIONS = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        SESSIONS.clear();
        GUESTS.clear();
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
                new Directory(),
                system -> system.equals("linux-amd64") ? Optional.of(new byte[] {'P', 'K'}) : Optional.empty()));
    }

    /** Whether the guests' APIs take tokens. */
    static volatile boolean guestsTakeTokens = true;

    private static final class Directory implements GuestDirectory {
        @Override
        public List<Guest> find(String namespace, String name) {
            return GUESTS.stream()
                    .filter(guest -> guest.name().equals(name)
                            && (namespace.isEmpty() || guest.namespace().equals(namespace)))
                    .toList();
        }

        @Override
        public boolean takeTokens() {
            return guestsTakeTokens;
        }
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    static void create(String token, String name, String role) {
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

    static String role(String namespace, String who) {
        return world.supervisor()
                .find(Resources.ROLE_BINDINGS, new NamespacedName(namespace, "wcp:" + namespace + ":" + who))
                .map(binding -> binding.text("roleRef", "name"))
                .orElse("");
    }

    static JsonNode hard(String quota, String namespace) {
        return world.supervisor()
                .get(Resources.RESOURCE_QUOTAS, new NamespacedName(namespace, quota))
                .at("spec", "hard");
    }

    /** The token of one session per user; deriving a password's hash takes its time. */
    static String login(String user) {
        return SESSIONS.computeIfAbsent(user, Fronts::newSession);
    }

    static String newSession(String user) {
        return json(send(basic("POST", "/api/session", user))).asText();
    }

    static HttpRequest basic(String method, String path, String user) {
        Target target = path.startsWith("/wcp") ? front : vcenter;
        return HttpRequest.of(method, target, path).header("Authorization", authorization(user));
    }

    static String authorization(String user) {
        byte[] pair = (user + ":" + SupervisorWorld.PASSWORD).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    static HttpResponse call(String method, String path, String token, String body) {
        HttpRequest request = HttpRequest.of(method, vcenter, path).header("vmware-api-session-id", token);
        return send(body.isEmpty() ? request : request.body("application/json", body.getBytes(StandardCharsets.UTF_8)));
    }

    static HttpResponse send(HttpRequest request) {
        return world.http.send(request);
    }

    static JsonNode json(HttpResponse answer) {
        return Json.parse(answer.body());
    }

    private static Target serve(HttpHandler handler) throws IOException {
        int port = world.listen(HOST, 0, world.vcenter.issue(LeafSpec.server("vcenter", List.of(HOST))), handler)
                .address()
                .getPort();
        return Target.https(HOST, port, ClientTls.trusting(world.vcenter.certificatePem()));
    }
}
