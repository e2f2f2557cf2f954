package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.rest.Call;
import io.kantoku.supervisor.rest.Operations;
import io.kantoku.supervisor.rest.Routes;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.EnableSpec;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.library.ContentLibrary;
import io.kantoku.vsphere.net.IpRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code /api/kantoku/default-enable-spec}: the enable specification that fits the lab, as an administrator would fill it in. It has
 * the load balancer's password, so that it can be used as it is.
 */
final class LabSpec implements Operations {
    private static final int DATA_PLANE_PORT = 5556;

    private final StateDirectory state;
    private final AddressPlan plan;
    private final int balancers;
    private final Inventory inventory;

    LabSpec(StateDirectory state, InstanceOptions options, Inventory inventory) {
        this.state = state;
        this.plan = options.addresses();
        this.balancers = options.loadBalancers();
        this.inventory = inventory;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/api/kantoku/default-enable-spec", this::get);
    }

    private Optional<JsonNode> get(Call call) {
        call.require("Namespaces.Manage");
        return Optional.of(build());
    }

    private ObjectNode build() {
        ObjectNode spec = Json.object().put("size_hint", "TINY").put("network_provider", "VSPHERE_NETWORK");
        spec.putObject("service_cidr").put("address", "10.112.0.0").put("prefix", 23);
        ObjectNode management = spec.putObject("master_management_network")
                .put("mode", "STATICRANGE")
                .put("network", inventory.networkNamed("management").id().toString());
        management
                .putObject("address_range")
                .put("starting_address", plan.controlMachines().first().toString())
                .put("address_count", plan.controlMachines().size())
                .put("subnet_mask", plan.management().mask().toString())
                .put("gateway", plan.managementGateway().toString());
        ObjectNode workload = spec.putObject("workload_networks_spec").putObject("supervisor_primary_workload_network");
        workload.put("network", "workload").put("network_provider", "VSPHERE_NETWORK");
        ObjectNode vsphere = workload.putObject("vsphere_network")
                .put("portgroup", inventory.networkNamed("workload").id().toString())
                .put("gateway", plan.workloadGateway().toString())
                .put("subnet_mask", plan.workload().mask().toString());
        range(vsphere, plan.nodes());
        ObjectNode balancer =
                spec.putObject("load_balancer_config_spec").put("id", "haproxy").put("provider", "HA_PROXY");
        range(balancer, plan.virtualIps());
        ObjectNode haproxy = balancer.putObject("ha_proxy_config_create_spec");
        servers(haproxy);
        haproxy.put("username", LoadBalancerMachine.USER).put("password", text(state.haproxyPassword()));
        spec.putArray("master_DNS").add(plan.dns().toString());
        spec.putArray("worker_DNS").add(plan.dns().toString());
        spec.putArray("master_NTP_servers").add(plan.dns().toString());
        String policy = inventory.storagePolicyNamed("vm-storage").id().toString();
        spec.put("master_storage_policy", policy).put("ephemeral_storage_policy", policy);
        spec.putObject("image_storage").put("storage_policy", policy);
        inventory.libraries().list().stream()
                .findFirst()
                .map(ContentLibrary::id)
                .ifPresent(id -> spec.put("default_kubernetes_service_content_library", id.toString()));
        return spec;
    }

    private void servers(ObjectNode haproxy) {
        ArrayNode servers = haproxy.putArray("servers");
        List<String> authorities = new ArrayList<>();
        for (int i = 0; i < balancers; i++) {
            servers.addObject().put("host", host(i)).put("port", DATA_PLANE_PORT);
            authorities.add(text(state.haproxy(i).resolve("ca.crt")));
        }
        haproxy.put("certificate_authority_chain", String.join("\n", authorities));
    }

    private String host(int appliance) {
        return plan.applianceManagement(appliance).address().toString();
    }

    /**
     * Lets Supervisors that program the lab's first appliance program the others too: one that stands by has to know what it would
     * have to serve.
     */
    void giveAllTo(WorkloadManagement workload, Progress progress) {
        for (WorkloadManagement.Enabled enabled : workload.list()) {
            List<String> hosts = enabled.spec().loadBalancer().servers().stream()
                    .map(EnableSpec.LoadBalancer.Server::host)
                    .toList();
            if (hosts.contains(host(0)) && hosts.size() < balancers) {
                ObjectNode change = Json.object();
                servers(change.putObject("load_balancer_config_spec").putObject("ha_proxy_config_create_spec"));
                try {
                    workload.update(enabled.cluster(), change, false);
                } catch (VapiException e) {
                    progress.step("the Supervisor of " + enabled.cluster() + " does not program "
                            + LoadBalancerMachine.name(hosts.size()) + ": " + e.getMessage());
                }
            }
        }
    }

    private static String text(Path file) {
        return StateDirectory.read(file)
                .map(String::strip)
                .orElseThrow(() -> new IllegalStateException("the state directory lacks " + file));
    }

    private static void range(ObjectNode json, IpRange range) {
        json.putArray("address_ranges")
                .addObject()
                .put("address", range.first().toString())
                .put("count", range.size());
    }
}
