package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.transport.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What vCenter's REST API shows and changes of a Supervisor that runs. */
final class VcenterApiTest extends Fronts {
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
                CLUSTERS + "/domain-c99", CLUSTERS + "/x", CLUSTERS + "/%20", NAMESPACES + "/none", "/api/nothing")) {
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
        assertThat(call("POST", check, token, world.spec().toString()).status()).isEqualTo(204);
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
        assertThat(call("PUT", access, token, "{\"role\":\"VIEW\"}").status()).isEqualTo(204);
        assertThat(role("shop", "user:vsphere.local:dev")).isEqualTo("view");
        assertThat(json(call("GET", access, token, "")).path("role").asText()).isEqualTo("VIEW");
        assertThat(call("DELETE", access, token, "").status()).isEqualTo(204);
        assertThat(role("shop", "user:vsphere.local:dev")).isEmpty();
        assertThat(json(call("GET", access, token, "")).path("error_type").asText())
                .isEqualTo("UNSUPPORTED");

        String group = NAMESPACES + "/shop/access/vsphere.local/the%20team?type=GROUP";
        assertThat(call("POST", group, token, "{\"role\":\"EDIT\"}").status()).isEqualTo(204);
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
                        "{namespace: x, cluster: domain-c8, storage_specs: [{policy: gold}]}", "storage_specs.policy",
                        "{namespace: x, cluster: domain-c8, resource_spec: {cats: 1}}", "resource_spec.cats",
                        "{namespace: x, cluster: domain-c8, resource_spec: {cpu_limit: much}}",
                                "resource_spec.cpu_limit: must be a whole number",
                        "{namespace: x, cluster: domain-c8, networks: [none]}",
                                "networks: there is no workload network",
                        "{namespace: x, cluster: domain-c8, access_list: [{subject_type: USER, subject: nobody, role: EDIT}]}",
                                "there is no user nobody@vsphere.local",
                        "{namespace: x, cluster: domain-c8, access_list: [{subject_type: USER, subject: dev, role: KING}]}",
                                "access_list.role: 'KING' is not one of",
                        "{namespace: x, cluster: domain-c8, access_list: [{subject_type: GROUP, subject: a/b, role: EDIT}]}",
                                "cannot name a user or group")
                .entrySet()) {
            HttpResponse answer =
                    call("POST", NAMESPACES, token, Yaml.parse(fault.getKey()).toString());
            assertThat(answer.status()).as(fault.getKey()).isEqualTo(400);
            assertThat(answer.text()).contains(fault.getValue());
            assertThat(world.namespaces.find("x")).isEmpty();
        }
    }

    @Test
    void whatGoClientsLeaveOutIsNullAndChangesNothing() {
        String token = login(ADMIN);
        String nulls = """
                description: null
                resource_spec: {cpu_limit: null, memory_limit: 4096}
                access_list: null
                storage_specs: null
                networks: null
                vm_service_spec: {content_libraries: null, vm_classes: null}
                creator: null
                """;
        HttpResponse nameless = call("POST", NAMESPACES, token, "{\"namespace\":null,\"cluster\":\"domain-c8\"}");
        assertThat(nameless.text()).contains("namespace and cluster are required");
        String create = "namespace: gone\ncluster: domain-c8\n" + nulls;
        assertThat(call("POST", NAMESPACES, token, Yaml.parse(create).toString())
                        .status())
                .isEqualTo(204);
        JsonNode made = json(call("GET", NAMESPACES + "/gone", token, ""));
        assertThat(made.path("resource_spec").toString()).isEqualTo("{\"memory_limit\":4096}");
        assertThat(made.path("description").asText()).isEmpty();

        String policy = "storage_specs: [{policy: " + world.policy() + ", limit: null}]\ndescription: kept";
        assertThat(call("PATCH", NAMESPACES + "/gone", token, Yaml.parse(policy).toString())
                        .status())
                .isEqualTo(204);
        String left = "{\"description\":null,\"resource_spec\":null,\"access_list\":null,\"storage_specs\":null}";
        assertThat(call("PATCH", NAMESPACES + "/gone", token, left).status()).isEqualTo(204);
        JsonNode kept = json(call("GET", NAMESPACES + "/gone", token, ""));
        assertThat(kept.path("description").asText()).isEqualTo("kept");
        assertThat(kept.path("storage_specs"))
                .singleElement()
                .satisfies(storage -> assertThat(storage.has("limit")).isFalse());
        assertThat(kept.path("resource_spec").path("memory_limit").asLong()).isEqualTo(4096);
        assertThat(call("DELETE", NAMESPACES + "/gone", token, "").status()).isEqualTo(204);

        String cluster = CLUSTERS + "/" + SupervisorWorld.CLUSTER;
        JsonNode before = json(call("GET", cluster, token, ""));
        ObjectNode change = Json.object();
        before.fieldNames().forEachRemaining(change::putNull);
        List.of("size_hint", "load_balancer_config_spec", "workload_networks_spec", "ncp_cluster_network_spec")
                .forEach(change::putNull);
        assertThat(call("PATCH", cluster, token, change.toString()).status()).isEqualTo(204);
        assertThat(json(call("GET", cluster, token, "")).path("login_banner")).isEqualTo(before.path("login_banner"));
    }
}
