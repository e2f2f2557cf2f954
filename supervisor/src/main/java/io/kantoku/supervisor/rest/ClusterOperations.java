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
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.supervisor.workload.NetworkCheck;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.DistributedSwitch;
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
        routes.add("PATCH", BASE + "/clusters/{cluster}", call -> update(call, false));
        routes.add("PUT", BASE + "/clusters/{cluster}", call -> update(call, true));
        routes.add("POST", BASE + "/clusters/{cluster}", "rotate_password", this::rotatePassword);
        routes.add("POST", BASE + "/clusters/{cluster}", "check", this::check);
        routes.add("POST", "/api/kantoku/check-network", this::checkNetwork);
        routes.add("GET", BASE + "/clusters/{cluster}/load-balancers", this::loadBalancers);
        routes.add("GET", BASE + "/clusters/{cluster}/networks", this::networks);
        routes.add("GET", BASE + "/clusters/{cluster}/load-balancers/{id}", this::loadBalancer);
        routes.add("GET", BASE + "/clusters/{cluster}/networks/{network}", this::network);
        routes.add("GET", BASE + "/clusters/{cluster}/workload-resource-options", this::resourceOptions);
        routes.add("GET", BASE + "/cluster-compatibility", this::compatibility);
        routes.add("GET", BASE + "/edge-cluster-compatibility", this::edges);
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
        call.require("Namespaces.Manage");
        workload.enable(call.path("cluster"), call.body());
        return Optional.empty();
    }

    private Optional<JsonNode> disable(Call call) {
        call.require("Namespaces.Manage");
        workload.disable(call.path("cluster"));
        return Optional.empty();
    }

    private Optional<JsonNode> update(Call call, boolean replace) throws IOException {
        call.require("Namespaces.Manage");
        workload.update(call.path("cluster"), call.body(), replace);
        return Optional.empty();
    }

    /** Control plane VMs here let nobody log in with a password, so there is none to change. */
    private Optional<JsonNode> rotatePassword(Call call) {
        call.require("Namespaces.Manage");
        if (workload.find(call.path("cluster")).isEmpty()) {
            throw VapiException.notFound("Supervisor on cluster", call.path("cluster"));
        }
        throw VapiException.of(
                VapiError.UNSUPPORTED,
                "com.vmware.vapi.std.errors.unsupported",
                "the control plane VMs of this Supervisor have no root password: nobody logs in to them");
    }

    private Optional<JsonNode> checkNetwork(Call call) throws IOException {
        call.require("Namespaces.Manage");
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
        call.require("Namespaces.Manage");
        workload.check(call.body());
        return Optional.empty();
    }

    private Optional<JsonNode> loadBalancers(Call call) {
        return Optional.of(ClusterForms.balancers(enabled(call).spec()));
    }

    private Optional<JsonNode> loadBalancer(Call call) {
        EnableSpec spec = enabled(call).spec();
        if (!spec.loadBalancer().id().equals(call.path("id"))) {
            throw VapiException.notFound("load balancer", call.path("id"));
        }
        return Optional.of(ClusterForms.balancers(spec).path(0));
    }

    private Optional<JsonNode> network(Call call) {
        WorkloadNetwork found = enabled(call).spec().workloadNetworks().stream()
                .filter(network -> network.name().equals(call.path("network")))
                .findFirst()
                .orElseThrow(() -> VapiException.notFound("network", call.path("network")));
        ObjectNode json = Json.object();
        ClusterForms.network(json, found);
        return Optional.of(json);
    }

    private Optional<JsonNode> resourceOptions(Call call) {
        enabled(call);
        return Optional.of(Json.object()
                .put("create_resource_quota_type", "ResourceQuotaOptionsV1")
                .put("update_resource_quota_type", "ResourceQuotaOptionsV1Update"));
    }

    private Optional<JsonNode> networks(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        enabled(call).spec().workloadNetworks().forEach(network -> ClusterForms.network(array.addObject(), network));
        return Optional.of(array);
    }

    private Optional<JsonNode> compatibility(Call call) {
        String provider = call.query("network_provider");
        ArrayNode array = Json.mapper().createArrayNode();
        for (ComputeCluster cluster : inventory.clusters()) {
            List<String> reasons = provider.equals("NSXT_CONTAINER_PLUGIN")
                    ? List.of("NSX-T is not registered with this vCenter. Choose vCenter Server Network.")
                    : ClusterCompatibility.reasonsAgainst(cluster, inventory);
            if (wanted(call, reasons)) {
                reasons(array.addObject().put("cluster", cluster.id().toString()), reasons);
            }
        }
        return Optional.of(array);
    }

    private Optional<JsonNode> switches(Call call) {
        ComputeCluster cluster = cluster(call);
        ArrayNode array = Json.mapper().createArrayNode();
        for (DistributedSwitch item : inventory.switches()) {
            List<String> reasons = ClusterCompatibility.reasonsAgainst(item, cluster, inventory);
            if (wanted(call, reasons)) {
                reasons(array.addObject().put("distributed_switch", item.uuid()), reasons);
            }
        }
        return Optional.of(array);
    }

    /** Edge clusters are NSX-T's, of which there is none. */
    private Optional<JsonNode> edges(Call call) {
        cluster(call);
        return Optional.of(Json.mapper().createArrayNode());
    }

    private ComputeCluster cluster(Call call) {
        String id = call.query("cluster");
        if (id.isEmpty()) {
            throw VapiException.invalid("cluster: is required");
        }
        return inventory.cluster(MoRef.parse(id));
    }

    private static boolean wanted(Call call, List<String> reasons) {
        String wanted = call.query("compatible");
        return wanted.isEmpty() || wanted.equals(String.valueOf(reasons.isEmpty()));
    }

    private static void reasons(ObjectNode json, List<String> reasons) {
        json.put("compatible", reasons.isEmpty());
        ArrayNode list = json.putArray("incompatibility_reasons");
        reasons.forEach(reason ->
                LocalizableMessage.of("io.kantoku.wcp.incompatible", reason).writeTo(list.addObject()));
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
