package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.rest.Call;
import io.kantoku.supervisor.rest.Operations;
import io.kantoku.supervisor.rest.Routes;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.Network;
import io.kantoku.vsphere.library.ContentLibrary;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code /api/kantoku/default-enable-spec} on a vCenter that is not ours: what can be taken from its inventory. Addresses, networks where
 * there are several, and the load balancer are for whoever knows them; they are empty.
 */
final class VcenterSpec implements Operations {
    private final Inventory inventory;

    VcenterSpec(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/api/kantoku/default-enable-spec", this::get);
    }

    private Optional<JsonNode> get(Call call) {
        call.require("Namespaces.Manage");
        ObjectNode spec = Json.object().put("size_hint", "TINY").put("network_provider", "VSPHERE_NETWORK");
        spec.putObject("service_cidr").put("address", "10.112.0.0").put("prefix", 23);
        spec.putObject("master_management_network").put("mode", "STATICRANGE").put("network", network("management"));
        ObjectNode workload = spec.putObject("workload_networks_spec").putObject("supervisor_primary_workload_network");
        workload.put("network", "workload").put("network_provider", "VSPHERE_NETWORK");
        workload.putObject("vsphere_network").put("portgroup", network("workload"));
        spec.putObject("load_balancer_config_spec").put("id", "haproxy").put("provider", "HA_PROXY");
        inventory.storagePolicies().stream().findFirst().ifPresent(policy -> {
            String id = policy.id().toString();
            spec.put("master_storage_policy", id).put("ephemeral_storage_policy", id);
            spec.putObject("image_storage").put("storage_policy", id);
        });
        inventory.libraries().list().stream()
                .filter(library -> !inventory.libraries().releases(library.id()).isEmpty())
                .findFirst()
                .map(ContentLibrary::id)
                .ifPresent(id -> spec.put("default_kubernetes_service_content_library", id.toString()));
        return Optional.of(spec);
    }

    /** The id of the network with a name like that; {@code ""} when there is none. */
    private String network(String like) {
        return inventory.networks().stream()
                .filter(network -> network.name().toLowerCase(Locale.ROOT).contains(like))
                .map(Network::id)
                .map(Object::toString)
                .findFirst()
                .orElse("");
    }
}
