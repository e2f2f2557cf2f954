package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.net.IpRange;
import java.nio.file.Path;

/** The enable specification that fits the lab: what an administrator would fill into the wizard. */
final class DefaultEnableSpec {
    private final StateDirectory directory;
    private final VcenterClient vcenter;

    DefaultEnableSpec(StateDirectory directory, VcenterClient vcenter) {
        this.directory = directory;
        this.vcenter = vcenter;
    }

    ObjectNode build() {
        AddressPlan plan = directory.readOptions().orElseThrow().addresses();
        ObjectNode spec = Json.object().put("size_hint", "TINY").put("network_provider", "VSPHERE_NETWORK");
        spec.putObject("service_cidr").put("address", "10.112.0.0").put("prefix", 23);
        ObjectNode management = spec.putObject("master_management_network")
                .put("mode", "STATICRANGE")
                .put("network", find("network", "management"));
        management
                .putObject("address_range")
                .put("starting_address", plan.controlMachines().first().toString())
                .put("address_count", plan.controlMachines().size())
                .put("subnet_mask", plan.management().mask().toString())
                .put("gateway", plan.managementGateway().toString());
        ObjectNode workload = spec.putObject("workload_networks_spec").putObject("supervisor_primary_workload_network");
        workload.put("network", "workload").put("network_provider", "VSPHERE_NETWORK");
        ObjectNode vsphere = workload.putObject("vsphere_network")
                .put("portgroup", find("network", "workload"))
                .put("gateway", plan.workloadGateway().toString())
                .put("subnet_mask", plan.workload().mask().toString());
        range(vsphere, plan.nodes());
        ObjectNode balancer =
                spec.putObject("load_balancer_config_spec").put("id", "haproxy").put("provider", "HA_PROXY");
        range(balancer, plan.virtualIps());
        ObjectNode haproxy = balancer.putObject("ha_proxy_config_create_spec");
        haproxy.putArray("servers")
                .addObject()
                .put("host", plan.applianceManagement(0).address().toString())
                .put("port", 5556);
        haproxy.put("username", "admin")
                .put("password", text(directory.haproxyPassword()))
                .put("certificate_authority_chain", text(directory.haproxy().resolve("ca.crt")));
        spec.putArray("master_DNS").add(plan.dns().toString());
        spec.putArray("worker_DNS").add(plan.dns().toString());
        spec.putArray("master_NTP_servers").add(plan.dns().toString());
        String policy = find("storage/policies", "vm-storage");
        spec.put("master_storage_policy", policy).put("ephemeral_storage_policy", policy);
        spec.putObject("image_storage").put("storage_policy", policy);
        JsonNode libraries = vcenter.get("/api/content/library");
        spec.set("default_kubernetes_service_content_library", libraries.path(0));
        return spec;
    }

    private String find(String collection, String name) {
        for (JsonNode item : vcenter.get("/api/vcenter/" + collection)) {
            if (item.path("name").asText().equals(name)) {
                return item.properties().iterator().next().getValue().asText();
            }
        }
        throw CliException.failed("the inventory has no " + collection + " named " + name);
    }

    private static String text(Path file) {
        return StateDirectory.read(file)
                .map(String::strip)
                .orElseThrow(() -> CliException.failed("the state directory lacks " + file));
    }

    private static void range(ObjectNode json, IpRange range) {
        json.putArray("address_ranges")
                .addObject()
                .put("address", range.first().toString())
                .put("count", range.size());
    }
}
