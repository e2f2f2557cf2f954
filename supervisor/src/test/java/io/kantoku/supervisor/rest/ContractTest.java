package io.kantoku.supervisor.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.supervisor.workload.SupervisorVersions;
import io.kantoku.supervisor.workload.SupervisorWorld;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.embedded.Appliance;
import io.kantoku.vsphere.embedded.PowerSwitch;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operation of vCenter's API, good and bad, on a Supervisor that runs; every answer against the OpenAPI description. */
class ContractTest {
    private static final String NM = "/api/vcenter/namespace-management";
    private static final String NS = "/api/vcenter/namespaces/instances";
    private static final String CLUSTER = NM + "/clusters/" + SupervisorWorld.CLUSTER;
    private static final String NOWHERE = NM + "/clusters/domain-c99";

    @TempDir
    private static Path disks;

    private static SupervisorWorld world;
    private static VcenterApi api;
    private static SupportBundles bundles;
    private static Statistics statistics;
    private static Target target;
    private static String administrator;
    private static String developer;

    @BeforeAll
    static void start() throws Exception {
        world = new SupervisorWorld(disks).enabled();
        Sessions sessions = new Sessions(world.clock);
        bundles = new SupportBundles(
                world.workload, world.inventory, world.clusters, disks.resolve("none.log"), world.clock);
        statistics = new Statistics(world.workload, world.namespaces, world.inventory, world.clock);
        api = new VcenterApi(
                Logins.local(world.users),
                sessions,
                Audit.NONE,
                List.of(
                        new ClusterOperations(world.workload, world.inventory),
                        new NamespaceOperations(world.namespaces, world.workload),
                        new VmClassOperations(world.workload.vmClasses(), world.namespaces),
                        new SoftwareOperations(world.workload, world.inventory),
                        new InventoryOperations(world.inventory),
                        new MachineOperations(world.inventory),
                        bundles,
                        statistics,
                        new OpenApi()));
        int port = world.listen(
                        "127.0.0.1",
                        0,
                        world.vcenter.issue(LeafSpec.server("vcenter", List.of("127.0.0.1"))),
                        exchange -> {
                            if (SupportBundles.serves(exchange.rawPath())) {
                                bundles.handle(exchange);
                            } else {
                                api.handle(exchange);
                            }
                        })
                .address()
                .getPort();
        target = Target.https("127.0.0.1", port, ClientTls.trusting(world.vcenter.certificatePem()));
        administrator = sessions.open(new Principal("administrator", Users.DOMAIN, List.of(Principal.ADMINISTRATORS)))
                .token();
        developer = sessions.open(new Principal("dev", Users.DOMAIN, List.of())).token();
    }

    @AfterAll
    static void stop() {
        statistics.close();
        world.close();
    }

    @Test
    void theDescriptionHasExactlyTheOperationsThatAreServed() {
        Set<String> described = new TreeSet<>();
        OpenApi.operations().stream()
                .filter(operation -> !operation.path().endsWith("session"))
                .forEach(operation -> described.add(Contract.name(operation)));
        Set<String> served = new TreeSet<>();
        for (String route : api.routes()) {
            if (!route.contains("/api/kantoku/") && !route.contains(" /rest/")) {
                served.add(route);
            }
        }
        assertThat(served).isEqualTo(described);
    }

    @Test
    void aFailureThatNoOperationForesawIsToldInTheFormOfTheApi() {
        Appliance machine = broken();
        machine.running(List.of());
        try {
            JsonNode answer = new Contract(world.http, target, administrator)
                    .bad("POST", "/api/vcenter/vm/" + machine.id() + "/power?action=stop", "", "INTERNAL_SERVER_ERROR");
            assertThat(answer.at("/messages/0/default_message").asText())
                    .contains("the fuse has blown", "the server's log has more");
        } finally {
            machine.unregister();
        }
    }

    private static Appliance broken() {
        ComputeCluster cluster = world.inventory.clusters().getFirst();
        Appliance machine = world.inventory.registerAppliance(new VmSpec(
                "broken-1",
                new VmPlacement(
                        world.inventory.datacenter(cluster.datacenter()).vmFolder(),
                        cluster.resourcePool(),
                        world.inventory.storagePolicies().getFirst().id()),
                VmHardware.bestEffort(1, 512),
                "",
                List.of(),
                SecretBytes.EMPTY,
                Map.of()));
        machine.switchedBy(new PowerSwitch() {
            @Override
            public void on() {
                throw new IllegalStateException("the fuse has blown");
            }

            @Override
            public void off() {
                throw new IllegalStateException("the fuse has blown");
            }
        });
        return machine;
    }

    @Test
    void everyOperationAnswersAsDescribed() throws Exception {
        Contract contract = new Contract(world.http, target, administrator);
        supervisors(contract);
        changes(contract);
        software(contract);
        classes(contract);
        namespaces(contract);
        inventory(contract);
        Set<String> missing = new TreeSet<>();
        for (OpenApi.Operation operation : OpenApi.operations()) {
            String name = Contract.name(operation);
            if (!operation.path().endsWith("session")
                    && !contract.succeeded().contains(name)
                    && !contract.failed().contains(name)) {
                missing.add(name);
            }
        }
        contract.good("POST", CLUSTER + "?action=disable", "");
        missing.remove("POST " + NM + "/clusters/{cluster}?action=disable");
        assertThat(missing).as("operations that no call of this test reaches").isEmpty();
        assertThat(world.workload
                        .find(SupervisorWorld.CLUSTER)
                        .map(enabled -> enabled.status().state().name())
                        .orElse("REMOVING"))
                .isEqualTo("REMOVING");
        refusedWhileRemoving(contract);
    }

    private static void refusedWhileRemoving(Contract contract) {
        if (world.workload.find(SupervisorWorld.CLUSTER).isPresent()) {
            HttpResponse answer = contract.send("PATCH", CLUSTER, "{\"login_banner\":\"x\"}");
            assertThat(answer.status()).isIn(400, 404);
        }
    }

    private static void supervisors(Contract contract) {
        assertThat(contract.good("GET", NM + "/clusters", "")).hasSize(1);
        JsonNode info = contract.good("GET", CLUSTER, "");
        assertThat(info.path("config_status").asText()).isEqualTo("RUNNING");
        assertThat(info.toString()).doesNotContain("ha-secret");
        contract.bad("GET", NOWHERE, "", "NOT_FOUND");
        contract.bad("POST", CLUSTER + "?action=enable", world.spec().toString(), "ALREADY_EXISTS");
        contract.bad("POST", NOWHERE + "?action=enable", "{}", "NOT_FOUND");
        contract.bad("POST", NOWHERE + "?action=disable", "", "NOT_FOUND");
        contract.bad("POST", CLUSTER + "?action=check", "{}", "INVALID_ARGUMENT");
        contract.bad("POST", CLUSTER + "?action=rotate_password", "", "UNSUPPORTED");
        contract.bad("POST", CLUSTER + "?action=check", "[]", "INVALID_ARGUMENT");
        JsonNode bundle = contract.good("POST", CLUSTER + "/support-bundle", "");
        assertThat(contract.good("POST", CLUSTER + "/support-bundle", "")).isEqualTo(bundle);
        contract.bad("POST", NOWHERE + "/support-bundle", "", "NOT_FOUND");
        download(bundle);
        contract.good("GET", CLUSTER + "/networks", "");
        contract.good("GET", CLUSTER + "/networks/wl-0", "");
        contract.bad("GET", CLUSTER + "/networks/other", "", "NOT_FOUND");
        contract.good("GET", CLUSTER + "/load-balancers", "");
        contract.good("GET", CLUSTER + "/load-balancers/lb-0", "");
        contract.bad("GET", CLUSTER + "/load-balancers/other", "", "NOT_FOUND");
        contract.good("GET", CLUSTER + "/workload-resource-options", "");
        assertThat(contract.good("GET", NM + "/cluster-compatibility?compatible=true", ""))
                .hasSize(1);
        assertThat(contract.good("GET", NM + "/cluster-compatibility?network_provider=NSXT_CONTAINER_PLUGIN", "")
                        .path(0)
                        .path("incompatibility_reasons"))
                .hasSize(1);
        assertThat(contract.good("GET", NM + "/distributed-switch-compatibility?cluster=domain-c8", ""))
                .hasSize(1);
        assertThat(contract.good(
                        "GET", NM + "/distributed-switch-compatibility?cluster=domain-c8&compatible=false", ""))
                .isEmpty();
        contract.bad("GET", NM + "/distributed-switch-compatibility", "", "INVALID_ARGUMENT");
        contract.bad("GET", NM + "/distributed-switch-compatibility?cluster=domain-c99", "", "NOT_FOUND");
        contract.good("GET", NM + "/edge-cluster-compatibility?cluster=domain-c8&distributed_switch=x", "");
        contract.good("GET", NM + "/cluster-size-info", "");
        contract.good("GET", NM + "/capability", "");
        HttpResponse wrapped = contract.send("GET", CLUSTER.replace("/api/", "/rest/"), "");
        assertThat(Json.parse(wrapped.body()).path("value")).isEqualTo(contract.good("GET", CLUSTER, ""));
        assertThat(new Contract(world.http, target, developer)
                        .send("PATCH", CLUSTER, "{}")
                        .status())
                .isEqualTo(403);
    }

    private static void download(JsonNode bundle) {
        String path = URI.create(bundle.path("url").asText()).getPath();
        String token = bundle.path("wcp_support_bundle_token").path("token").asText();
        HttpResponse wrong = world.http.send(HttpRequest.get(target, path).header("wcp-support-bundle-token", "no"));
        assertThat(wrong.status()).isEqualTo(401);
        HttpResponse got = world.http.send(HttpRequest.get(target, path).header("wcp-support-bundle-token", token));
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.header("Content-Disposition"))
                .hasValueSatisfying(value -> assertThat(value)
                        .matches(
                                "attachment; filename=wcp-support-bundle-domain-c8-\\d{4}-\\d\\d-\\d\\d--00-00\\.tar"));
        String text = new String(got.body(), StandardCharsets.ISO_8859_1);
        assertThat(text).contains("ustar").contains("kubernetes/nodes.yaml").doesNotContain("ha-secret", "PRIVATE KEY");
        HttpResponse posted = world.http.send(HttpRequest.of("POST", target, path)
                .body("application/json", Json.bytes(Json.object().put("wcp-support-bundle-token", token))));
        assertThat(posted.status()).isEqualTo(200);
    }

    private static void changes(Contract contract) {
        contract.good("PATCH", CLUSTER, "{\"login_banner\":\"Be kind.\",\"size_hint\":null,\"master_DNS\":null}");
        JsonNode info = contract.good("GET", CLUSTER, "");
        assertThat(info.path("login_banner").asText()).isEqualTo("Be kind.");
        assertThat(info.path("size_hint").asText()).isEqualTo("TINY");
        contract.bad("PATCH", CLUSTER, "{\"size_hint\":\"HUGE\"}", "INVALID_ARGUMENT");
        contract.bad(
                "PATCH", CLUSTER, "{\"service_cidr\":{\"address\":\"10.98.0.0\",\"prefix\":24}}", "INVALID_ARGUMENT");
        contract.bad(
                "PATCH",
                CLUSTER,
                "{\"load_balancer_config_spec\":{\"ha_proxy_config_create_spec\":{\"password\":\"wrong\"}}}",
                "INVALID_ARGUMENT");
        contract.good(
                "PATCH",
                CLUSTER,
                "{\"load_balancer_config_spec\":{\"address_ranges\":[{\"address\":\"127.91.59.128\",\"count\":80}]}}");
        assertThat(contract.good("GET", CLUSTER + "/load-balancers/lb-0", "")
                        .at("/address_ranges/0/count")
                        .asLong())
                .isEqualTo(80);
        contract.bad(
                "PATCH",
                CLUSTER,
                "{\"load_balancer_config_spec\":{\"address_ranges\":[{\"address\":\"127.91.59.140\",\"count\":20}]}}",
                "INVALID_ARGUMENT");
        contract.bad("PUT", CLUSTER, "{}", "INVALID_ARGUMENT");
        ObjectNode set = Json.object()
                .put("size_hint", "TINY")
                .put("network_provider", "VSPHERE_NETWORK")
                .put("master_storage_policy", world.policy())
                .put("ephemeral_storage_policy", world.policy());
        set.putObject("image_storage").put("storage_policy", world.policy());
        contract.good("PUT", CLUSTER, set.toString());
        assertThat(contract.good("GET", CLUSTER, "").path("login_banner").asText())
                .isEmpty();
        contract.bad("PATCH", NOWHERE, "{}", "NOT_FOUND");
    }

    private static void upgrade(Contract contract) throws InterruptedException {
        String path = NM + "/software/clusters/domain-c8";
        List<String> versions = SupervisorVersions.all();
        contract.bad("POST", path + "?action=upgrade", "{}", "INVALID_ARGUMENT");
        contract.bad(
                "POST",
                path + "?action=upgrade",
                "{\"desired_version\":\"" + versions.getLast() + "\"}", // two minors
                "INVALID_ARGUMENT");
        String next = contract.good("GET", path, "").at("/available_versions/0").asText();
        assertThat(next).isEqualTo(versions.get(1));
        contract.good("POST", path + "?action=upgrade", "{\"desired_version\":\"" + next + "\"}");
        JsonNode info = contract.good("GET", path, "");
        for (int i = 0; i < 400 && !info.path("state").asText().equals("READY"); i++) {
            assertThat(info.path("desired_version").asText()).isEqualTo(next);
            assertThat(info.at("/upgrade_status/progress/total").asInt()).isEqualTo(3);
            Thread.sleep(25); // vCenter's API has no watch
            info = contract.good("GET", path, "");
        }
        assertThat(info.path("current_version").asText()).isEqualTo(next);
    }

    private static void software(Contract contract) throws InterruptedException {
        assertThat(contract.good("GET", NM + "/software/clusters", "")).hasSize(1);
        contract.good("GET", NM + "/software/clusters/domain-c8", "");
        contract.bad("GET", NM + "/software/clusters/domain-c99", "", "NOT_FOUND");
        contract.bad(
                "POST",
                NM + "/software/clusters/domain-c8?action=upgrade",
                "{\"desired_version\":\"v9\"}",
                "INVALID_ARGUMENT");
        contract.good(
                "POST",
                NM + "/software/clusters?action=upgradeMultiple",
                "{\"specs\":{\"domain-c8\":{\"desired_version\":\"v9\"}}}");
        assertThat(contract.good("GET", NM + "/software/cluster-available-versions", ""))
                .extracting(version -> version.path("version").asText())
                .containsExactlyElementsOf(SupervisorVersions.all());
        upgrade(contract);
        contract.good("GET", NM + "/supervisor-services", "");
        assertThat(contract.good(
                        "GET",
                        NM + "/stats/time-series?obj_type=CLUSTER&cluster=domain-c8&start=0&end=99999999999",
                        ""))
                .hasSize(6);
        contract.bad("GET", NM + "/stats/time-series?obj_type=POD&start=0&end=1", "", "UNSUPPORTED");
        contract.bad("GET", NM + "/stats/time-series?obj_type=X&start=0&end=1", "", "INVALID_ARGUMENT");
    }

    private static void classes(Contract contract) {
        String base = NM + "/virtual-machine-classes";
        assertThat(contract.good("GET", base, "")).hasSize(16);
        contract.good("POST", base, "{\"id\":\"tiny\",\"cpu_count\":1,\"memory_MB\":512,\"devices\":null}");
        contract.bad("POST", base, "{\"id\":\"tiny\",\"cpu_count\":1,\"memory_MB\":512}", "ALREADY_EXISTS");
        contract.bad("POST", base, "{\"id\":\"none\"}", "INVALID_ARGUMENT");
        contract.bad(
                "POST",
                base,
                "{\"id\":\"odd\",\"cpu_count\":1,\"memory_MB\":512,\"config_spec\":{\"numCPUs\":2}}",
                "INVALID_ARGUMENT");
        contract.good("PATCH", base + "/tiny", "{\"cpu_count\":2,\"cpu_reservation\":50}");
        assertThat(contract.good("GET", base + "/tiny", "").path("cpu_count").asInt())
                .isEqualTo(2);
        contract.bad("PATCH", base + "/other", "{}", "NOT_FOUND");
        contract.good("DELETE", base + "/tiny", "");
        contract.bad("GET", base + "/tiny", "", "NOT_FOUND");
    }

    private static void namespaces(Contract contract) {
        String spec =
                "{\"namespace\":\"team\",\"cluster\":\"domain-c8\",\"storage_specs\":[{\"policy\":\"" + world.policy()
                        + "\",\"limit\":null}],\"access_list\":null,\"vm_service_spec\":{\"content_libraries\":null,\"vm_classes\":[\"best-effort-small\"]}}";
        contract.good("POST", NS, spec);
        contract.bad("POST", NS, spec, "ALREADY_EXISTS");
        contract.bad("POST", NS, "{\"namespace\":\"Bad Name\",\"cluster\":\"domain-c8\"}", "INVALID_ARGUMENT");
        contract.bad("POST", NS, "{\"namespace\":\"x\",\"cluster\":\"domain-c99\"}", "NOT_FOUND");
        contract.good("GET", NS, "");
        JsonNode info = contract.good("GET", NS + "/team", "");
        assertThat(info.at("/vm_service_spec/vm_classes/0").asText()).isEqualTo("best-effort-small");
        contract.bad("GET", NS + "/other", "", "NOT_FOUND");
        contract.good(
                "PATCH",
                NS + "/team",
                "{\"description\":\"d\",\"storage_specs\":null,\"vm_service_spec\":{\"vm_classes\":null}}");
        info = contract.good("GET", NS + "/team", "");
        assertThat(info.path("storage_specs")).hasSize(1);
        assertThat(info.at("/vm_service_spec/vm_classes")).isEmpty();
        contract.good("PATCH", NS + "/team", "{\"storage_specs\":[]}");
        assertThat(contract.good("GET", NS + "/team", "").path("storage_specs")).isEmpty();
        contract.bad("PATCH", NS + "/team", "{\"storage_specs\":[{\"policy\":\"none\"}]}", "INVALID_ARGUMENT");
        contract.bad("PATCH", NS + "/team", "{\"vm_service_spec\":{\"vm_classes\":[\"none\"]}}", "INVALID_ARGUMENT");
        contract.good("PUT", NS + "/team", "{\"description\":\"whole\"}");
        String access = NS + "/team/access/vsphere.local/dev?type=USER";
        contract.bad("GET", access, "", "UNSUPPORTED");
        contract.good("POST", access, "{\"role\":\"VIEW\"}");
        contract.bad("POST", access, "{\"role\":\"VIEW\"}", "ALREADY_EXISTS");
        contract.good("PUT", access, "{\"role\":\"EDIT\"}");
        assertThat(contract.good("GET", access, "").path("role").asText()).isEqualTo("EDIT");
        contract.good("GET", "/api/vcenter/namespaces-user/namespaces", "");
        contract.good("DELETE", access, "");
        contract.bad("DELETE", access, "", "UNSUPPORTED");
        String supervisor =
                contract.good("GET", NS + "/v2", "").path(0).path("supervisor").asText();
        contract.good("POST", NS + "/v2", "{\"namespace\":\"later\",\"supervisor\":\"" + supervisor + "\"}");
        contract.bad("POST", NS + "/v2", "{\"namespace\":\"later2\",\"supervisor\":\"none\"}", "NOT_FOUND");
        contract.good("GET", NS + "/v2/later", "");
        contract.good("DELETE", NS + "/later", "");
        contract.bad("DELETE", NS + "/other", "", "NOT_FOUND");
        assertThat(new Contract(world.http, target, developer)
                        .send("DELETE", NS + "/team", "")
                        .status())
                .isEqualTo(403);
    }

    private static void inventory(Contract contract) {
        for (String kind : List.of("host", "network", "datastore", "folder", "resource-pool", "storage/policies")) {
            assertThat(contract.good("GET", "/api/vcenter/" + kind, "")).isNotEmpty();
        }
        String datacenter = contract.good("GET", "/api/vcenter/datacenter", "")
                .at("/0/datacenter")
                .asText();
        contract.good("GET", "/api/vcenter/datacenter/" + datacenter, "");
        contract.good("GET", "/api/vcenter/cluster?filter.names=cluster01", "");
        contract.good("GET", "/api/vcenter/cluster/domain-c8", "");
        contract.bad("GET", "/api/vcenter/cluster/domain-c99", "", "NOT_FOUND");
        assertThat(contract.good("GET", "/api/vcenter/network?types=STANDARD_PORTGROUP", ""))
                .isEmpty();
        for (String nothing : List.of(
                "host?filter.clusters=domain-c99",
                "host?filter.connection_states=DISCONNECTED",
                "cluster?filter.datacenters=datacenter-99",
                "folder?filter.type=HOST")) {
            assertThat(contract.good("GET", "/api/vcenter/" + nothing, "")).isEmpty();
        }
        assertThat(contract.good(
                        "GET",
                        "/api/vcenter/host?filter.clusters=domain-c8&filter.datacenters=" + datacenter
                                + "&filter.connection_states=CONNECTED",
                        ""))
                .hasSize(3);
        String vm =
                contract.good("GET", "/api/vcenter/vm", "").path(2).path("vm").asText();
        contract.good("GET", "/api/vcenter/vm/" + vm, "");
        contract.bad("GET", "/api/vcenter/vm/vm-999", "", "NOT_FOUND");
        assertThat(contract.good("GET", "/api/vcenter/vm/" + vm + "/power", "")
                        .path("state")
                        .asText())
                .isEqualTo("POWERED_ON");
        contract.good("POST", "/api/vcenter/vm/" + vm + "/power?action=stop", "");
        contract.bad("POST", "/api/vcenter/vm/" + vm + "/power?action=stop", "", "NOT_ALLOWED_IN_CURRENT_STATE");
        contract.good("POST", "/api/vcenter/vm/" + vm + "/power?action=start", "");
        contract.good("POST", "/api/vcenter/vm/" + vm + "/guest/power?action=shutdown", "");
        contract.good("POST", "/api/vcenter/vm/" + vm + "/power/start", "");
        contract.good("POST", "/api/vcenter/vm/" + vm + "/power/stop", "");
        String library =
                contract.good("GET", "/api/content/library", "").path(0).asText();
        JsonNode read = contract.good("GET", "/api/content/library/" + library, "");
        contract.good("GET", "/api/content/library/id:" + library, "");
        contract.bad("GET", "/api/content/library/none", "", "NOT_FOUND");
        contract.good(
                "POST",
                "/api/content/library?~action=find",
                "{\"spec\":{\"name\":\"" + read.path("name").asText() + "\"}}");
        String local = read.path("type").asText().equals("LOCAL") ? "local" : "subscribed";
        String other = local.equals("local") ? "subscribed" : "local";
        for (String type : List.of(local, other)) {
            contract.good("GET", "/api/content/" + type + "-library", "");
        }
        contract.good("GET", "/api/content/" + local + "-library/" + library, "");
        contract.good("GET", "/api/content/" + local + "-library/id:" + library, "");
        contract.bad("GET", "/api/content/" + other + "-library/" + library, "", "NOT_FOUND");
        contract.bad("GET", "/api/content/" + other + "-library/id:" + library, "", "NOT_FOUND");
        String item = contract.good("GET", "/api/content/library/item?library_id=" + library, "")
                .path(0)
                .asText();
        contract.good("GET", "/api/content/library/item/" + item, "");
        contract.good("GET", "/api/content/library/item/id:" + item, "");
        contract.good(
                "POST", "/api/content/library/item?~action=find", "{\"spec\":{\"library_id\":\"" + library + "\"}}");
    }
}
