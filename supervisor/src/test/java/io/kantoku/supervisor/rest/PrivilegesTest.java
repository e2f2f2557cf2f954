package io.kantoku.supervisor.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Privileges;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.supervisor.workload.SupervisorWorld;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.pki.LeafSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what: every operation that changes something, as a member of each of vCenter's groups and as nobody in particular. */
class PrivilegesTest {
    @TempDir
    private static Path disks;

    private static SupervisorWorld world;
    private static Sessions sessions;
    private static Target target;

    @BeforeAll
    static void start() throws Exception {
        world = new SupervisorWorld(disks);
        sessions = new Sessions(world.clock);
        VcenterApi api = new VcenterApi(
                Logins.local(world.users),
                sessions,
                Audit.NONE,
                List.of(
                        new ClusterOperations(world.workload, world.inventory),
                        new NamespaceOperations(world.namespaces, world.workload),
                        new VmClassOperations(world.workload.vmClasses(), world.namespaces),
                        new SoftwareOperations(world.workload, world.inventory),
                        new MachineOperations(world.inventory),
                        new SupportBundles(
                                world.workload,
                                world.inventory,
                                world.clusters,
                                disks.resolve("none.log"),
                                world.clock),
                        new UserOperations(world.users, sessions)));
        int port = world.listen(
                        "127.0.0.1", 0, world.vcenter.issue(LeafSpec.server("vcenter", List.of("127.0.0.1"))), api)
                .address()
                .getPort();
        target = Target.https("127.0.0.1", port, ClientTls.trusting(world.vcenter.certificatePem()));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    /** Of vCenter's API, those that name a privilege in their descriptions; the paths lead nowhere, so that nothing happens. */
    private static List<OpenApi.Operation> changes() {
        return OpenApi.operations().stream()
                .filter(operation -> operation.text().matches(".*; [A-Z]\\w+\\.\\S+"))
                .toList();
    }

    @Test
    void membersOfNoGroupAndReadersChangeNothing() {
        assertThat(changes()).hasSizeGreaterThan(8);
        for (String token : List.of(session(), session("team"), session(Privileges.READ_ONLY))) {
            for (OpenApi.Operation operation : changes()) {
                assertThat(call(operation, token)).as(operation.toString()).isEqualTo(403);
            }
            assertThat(send("GET", "/api/vcenter/namespace-management/clusters", token))
                    .isEqualTo(200);
            assertThat(send("GET", "/api/kantoku/users", token)).isEqualTo(403);
        }
    }

    @Test
    void providersManageWorkloadManagementAndNeitherMachinesNorUsers() {
        String token = session(Privileges.PROVIDERS);
        for (OpenApi.Operation operation : changes()) {
            boolean theirs = operation.text().contains("; Namespaces.")
                    || operation.text().contains("; VirtualMachineClasses.");
            assertThat(call(operation, token) == 403).as(operation.toString()).isNotEqualTo(theirs);
        }
        assertThat(send("GET", "/api/kantoku/users", token)).isEqualTo(403);
    }

    @Test
    void administratorsMayEverything() {
        String token = session(Principal.ADMINISTRATORS);
        for (OpenApi.Operation operation : changes()) {
            assertThat(call(operation, token)).as(operation.toString()).isNotEqualTo(403);
        }
        assertThat(send("GET", "/api/kantoku/users", token)).isEqualTo(200);
    }

    @Test
    void aRefusalNamesThePrivilege() {
        HttpResponse answer = world.http.send(HttpRequest.of("POST", target, "/api/vcenter/namespaces/instances")
                .header("vmware-api-session-id", session())
                .body("application/json", "{}".getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.text()).contains("UNAUTHORIZED", "lacks the privilege Namespaces.Configure");
    }

    private static String session(String... groups) {
        return sessions.open(new Principal("somebody", Users.DOMAIN, new ArrayList<>(List.of(groups))))
                .token();
    }

    private static int call(OpenApi.Operation operation, String token) {
        String path = operation.path().replaceAll("\\{cluster}", "domain-c99").replaceAll("\\{\\w+}", "none");
        return send(
                operation.method(),
                path + (operation.action().isEmpty() ? "" : "?action=" + operation.action()),
                token);
    }

    private static int send(String method, String path, String token) {
        HttpRequest request = HttpRequest.of(method, target, path).header("vmware-api-session-id", token);
        return world.http
                .send(
                        method.equals("GET")
                                ? request
                                : request.body("application/json", "{}".getBytes(StandardCharsets.UTF_8)))
                .status();
    }
}
