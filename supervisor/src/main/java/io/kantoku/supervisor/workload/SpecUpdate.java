package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Merges {@code Clusters.UpdateSpec} (PATCH) or {@code SetSpec} (PUT) into an enable specification. Beyond vCenter 7.0 U1 it takes
 * {@code load_balancer_config_spec} (ranges, and of {@code ha_proxy_config_create_spec} any of servers, user, password and authority)
 * and {@code workload_networks_spec} (ranges of a network; further networks). Pure.
 */
final class SpecUpdate {
    private static final List<String> CHANGEABLE = List.of(
            "size_hint",
            "master_DNS",
            "worker_DNS",
            "master_DNS_search_domains",
            "master_NTP_servers",
            "workload_ntp_servers",
            "master_storage_policy",
            "ephemeral_storage_policy",
            "login_banner",
            "image_storage",
            "default_image_registry",
            "default_image_repository",
            "tls_endpoint_certificate",
            "default_kubernetes_service_content_library");
    private static final List<String> REQUIRED_OF_SET = List.of(
            "size_hint", "network_provider", "master_storage_policy", "ephemeral_storage_policy", "image_storage");
    private static final List<String> FIXED =
            List.of("service_cidr", "master_management_network", "Master_DNS_names", "ncp_cluster_network_spec");
    private static final String BALANCER = "load_balancer_config_spec";
    private static final String NETWORKS = "workload_networks_spec";
    private static final String HAPROXY = "ha_proxy_config_create_spec";
    private static final String PRIMARY = "supervisor_primary_workload_network";

    private final JsonNode change;
    private final boolean replace;
    private final Faults faults;
    private final ObjectNode next;

    private SpecUpdate(JsonNode present, JsonNode change, boolean replace, Faults faults) {
        this.change = change;
        this.replace = replace;
        this.faults = faults;
        this.next = present.deepCopy();
    }

    /**
     * The specification with the change.
     *
     * @param replace whether what the change does not name loses its value (PUT), as far as it can be without one
     */
    static ObjectNode merge(JsonNode present, JsonNode change, boolean replace, Faults faults) {
        return new SpecUpdate(present, change, replace, faults).merge();
    }

    private ObjectNode merge() {
        if (replace) {
            for (String field : REQUIRED_OF_SET) {
                if (!change.hasNonNull(field)) {
                    faults.add(field, "is required");
                }
            }
            next.remove(CHANGEABLE);
        }
        for (String field : CHANGEABLE) {
            if (change.hasNonNull(field)) {
                next.set(field, change.path(field));
            }
        }
        fixed();
        if (change.path(BALANCER).isObject()) {
            balancer(change.path(BALANCER));
        }
        if (change.path(NETWORKS).isObject()) {
            networks(change.path(NETWORKS));
        }
        return next;
    }

    private void fixed() {
        if (change.hasNonNull("network_provider")
                && !change.path("network_provider").equals(next.path("network_provider"))) {
            faults.add(
                    "network_provider",
                    "cannot change; the Supervisor has "
                            + next.path("network_provider").asText());
        }
        for (String field : FIXED) {
            if (change.hasNonNull(field) && !change.path(field).equals(next.path(field))) {
                faults.add(field, "cannot change while the cluster is enabled; disable it first");
            }
        }
    }

    private void balancer(JsonNode wanted) {
        ObjectNode balancer = next.withObjectProperty(BALANCER);
        if (wanted.hasNonNull("id") && !wanted.path("id").equals(balancer.path("id"))) {
            faults.add(
                    BALANCER + ".id",
                    "cannot change; it is " + balancer.path("id").asText());
        }
        copy(wanted, balancer, "address_ranges");
        JsonNode given =
                wanted.path(HAPROXY).isObject() ? wanted.path(HAPROXY) : wanted.path("ha_proxy_config_update_spec");
        ObjectNode haproxy = balancer.withObjectProperty(HAPROXY);
        for (String field : List.of("servers", "username", "password", "certificate_authority_chain")) {
            copy(given, haproxy, field);
        }
    }

    private void networks(JsonNode wanted) {
        ObjectNode networks = next.withObjectProperty(NETWORKS);
        JsonNode primary = wanted.path(PRIMARY);
        if (primary.isObject()) {
            ObjectNode kept = networks.withObjectProperty(PRIMARY);
            for (String field : List.of("portgroup", "gateway", "subnet_mask")) {
                JsonNode value = primary.path("vsphere_network").path(field);
                if (!value.isMissingNode()
                        && !value.isNull()
                        && !value.equals(kept.path("vsphere_network").path(field))) {
                    faults.add(
                            NETWORKS + "." + PRIMARY + ".vsphere_network." + field,
                            "of the primary network cannot change; add another network instead");
                }
            }
            copy(primary.path("vsphere_network"), kept.withObjectProperty("vsphere_network"), "address_ranges");
        }
        if (wanted.path("network_list") instanceof ArrayNode list) {
            String name = networks.path(PRIMARY).path("network").asText();
            ArrayNode further = networks.putArray("network_list");
            list.forEach(network -> {
                if (!network.path("network").asText().equals(name)) { // GET shows the primary one in the list, too
                    further.add(network);
                }
            });
        }
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        if (from.hasNonNull(field)) {
            to.set(field, from.path(field));
        }
    }
}
