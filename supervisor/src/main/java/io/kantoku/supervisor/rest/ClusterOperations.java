package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.ClusterCompatibility;
import io.kantoku.supervisor.workload.EnableSpec;
import io.kantoku.supervisor.workload.NetworkCheck;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code /api/vcenter/namespace-management}: enabling clusters, and what they are then. */
public final class ClusterOperations implements Operations {
    private static final String BASE = "/api/vcenter/namespace-management";

    private final WorkloadManagement workload;
    private final Inventory inventory;
    private final ClusterForms forms;

    public ClusterOperations(WorkloadManagement workload, Inventory inventory) {
        this.workload = workload;
        this.inventory = inventory;
        this.forms = new ClusterForms(inventory);
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", BASE + "/clusters", this::list);
        routes.add("GET", BASE + "/clusters/{cluster}", this::get);
        routes.add("POST", BASE + "/clusters/{cluster}", "enable", this::enable);
        routes.add("POST", BASE + "/clusters/{cluster}", "disable", this::disable);
        routes.add("POST", BASE + "/clusters/{cluster}", "check", this::check);
        routes.add("POST", "/api/kantoku/check-network", this::checkNetwork);
        routes.add("GET", BASE + "/clusters/{cluster}/load-balancers", this::loadBalancers);
        routes.add("GET", BASE + "/clusters/{cluster}/networks", this::networks);
        routes.add("GET", BASE + "/cluster-compatibility", this::compatibility);
        routes.add("GET", BASE + "/distributed-switch-compatibility", this::switches);
        routes.add("GET", BASE + "/cluster-size-info", this::sizes);
        routes.add(
                "GET",
                BASE + "/capability",
                _ -> Optional.of(Json.object().put("namespaces_supported", true).put("namespaces_licensed", true)));
    }

    private Optional<JsonNode> list(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        workload.list().forEach(enabled -> array.add(forms.summary(enabled)));
        return Optional.of(array);
    }

    private Optional<JsonNode> get(Call call) {
        return Optional.of(forms.info(enabled(call)));
    }

    private Optional<JsonNode> enable(Call call) throws IOException {
        call.requireAdministrator("Namespaces.Manage");
        workload.enable(call.path("cluster"), call.body());
        return Optional.empty();
    }

    private Optional<JsonNode> disable(Call call) {
        call.requireAdministrator("Namespaces.Manage");
        workload.disable(call.path("cluster"));
        return Optional.empty();
    }

    private Optional<JsonNode> checkNetwork(Call call) throws IOException {
        call.requireAdministrator("Namespaces.Manage");
        ObjectNode json = Json.object();
        List<NetworkCheck.Finding> findings = workload.checkNetwork(call.body());
        json.put("ok", findings.stream().noneMatch(finding -> finding.state() == NetworkCheck.State.FAILED));
        ArrayNode checks = json.putArray("checks");
        for (NetworkCheck.Finding finding : findings) {
            checks.addObject()
                    .put("id", finding.id())
                    .put("name", finding.name())
                    .put("hop", finding.hop())
                    .put("state", finding.state().name())
                    .put("field", finding.field())
                    .put("message", finding.message())
                    .put("to_do", finding.todo());
        }
        return Optional.of(json);
    }

    /** Not of vCenter's API: checks a specification as enabling does and changes nothing. */
    private Optional<JsonNode> check(Call call) throws IOException {
        call.requireAdministrator("Namespaces.Manage");
        workload.check(call.body());
        return Optional.empty();
    }

    private Optional<JsonNode> loadBalancers(Call call) {
        return Optional.of(ClusterForms.balancers(enabled(call).spec()));
    }

    private Optional<JsonNode> networks(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        enabled(call).spec().workloadNetworks().forEach(network -> ClusterForms.network(array.addObject(), network));
        return Optional.of(array);
    }

    private Optional<JsonNode> compatibility(Call call) {
        String wanted = call.query("compatible");
        ArrayNode array = Json.mapper().createArrayNode();
        for (ComputeCluster cluster : inventory.clusters()) {
            List<String> reasons = ClusterCompatibility.reasonsAgainst(cluster, inventory);
            if (wanted.isEmpty() || wanted.equals(String.valueOf(reasons.isEmpty()))) {
                ObjectNode json = array.addObject()
                        .put("cluster", cluster.id().toString())
                        .put("compatible", reasons.isEmpty());
                ArrayNode list = json.putArray("incompatibility_reasons");
                reasons.forEach(reason -> LocalizableMessage.of("io.kantoku.wcp.incompatible", reason)
                        .writeTo(list.addObject()));
            }
        }
        return Optional.of(array);
    }

    private Optional<JsonNode> switches(Call call) {
        MoRef cluster = MoRef.parse(call.query("cluster"));
        inventory.cluster(cluster);
        ArrayNode array = Json.mapper().createArrayNode();
        inventory
                .switches()
                .forEach(item ->
                        array.addObject().put("distributed_switch", item.uuid()).put("compatible", true));
        return Optional.of(array);
    }

    private Optional<JsonNode> sizes(Call call) {
        ObjectNode json = Json.object();
        int pods = 1000;
        for (EnableSpec.Size size : EnableSpec.Size.values()) {
            ObjectNode item = json.putObject(size.name());
            item.put("num_supported_pods", pods).put("num_supported_services", pods / 2);
            item.putObject("default_service_cidr").put("address", "10.96.0.0").put("prefix", 23);
            item.putObject("default_pod_cidr").put("address", "10.244.0.0").put("prefix", 20);
            item.putObject("master_vm_info")
                    .put("count", size.cpus())
                    .put("cores_per_socket", 1)
                    .put("memory", size.memoryMiB())
                    .put("capacity", 16384);
            pods = Math.min(8000, pods * 2);
        }
        return Optional.of(json);
    }

    private WorkloadManagement.Enabled enabled(Call call) {
        String cluster = call.path("cluster");
        return workload.find(cluster)
                .orElseThrow(() -> VapiException.of(
                        VapiError.UNSUPPORTED,
                        "com.vmware.vapi.std.errors.unsupported",
                        "cluster " + cluster + " is not enabled for Workload Management"));
    }
}
