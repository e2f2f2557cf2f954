package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An enable specification as Go clients encode it: what they leave out is null. */
class EnableSpecNullsTest {
    private static final List<String> OPTIONAL = List.of(
            "/ncp_cluster_network_spec",
            "/workload_ntp_servers",
            "/worker_DNS",
            "/master_DNS_search_domains",
            "/master_NTP_servers",
            "/default_image_registry",
            "/default_image_repository",
            "/default_kubernetes_service_content_library",
            "/tls_endpoint_certificate",
            "/workload_networks_spec/network_list",
            "/load_balancer_config_spec/avi_config_create_spec",
            "/master_management_network/floating_IP");
    private static final List<String> REQUIRED = List.of(
            "/size_hint",
            "/service_cidr",
            "/service_cidr/prefix",
            "/network_provider",
            "/master_management_network",
            "/master_management_network/mode",
            "/master_management_network/network",
            "/master_management_network/address_range",
            "/master_management_network/address_range/gateway",
            "/workload_networks_spec",
            "/workload_networks_spec/supervisor_primary_workload_network",
            "/workload_networks_spec/supervisor_primary_workload_network/network",
            "/workload_networks_spec/supervisor_primary_workload_network/vsphere_network/portgroup",
            "/workload_networks_spec/supervisor_primary_workload_network/vsphere_network/address_ranges",
            "/load_balancer_config_spec",
            "/load_balancer_config_spec/id",
            "/load_balancer_config_spec/provider",
            "/load_balancer_config_spec/address_ranges",
            "/load_balancer_config_spec/ha_proxy_config_create_spec",
            "/load_balancer_config_spec/ha_proxy_config_create_spec/servers",
            "/load_balancer_config_spec/ha_proxy_config_create_spec/username",
            "/load_balancer_config_spec/ha_proxy_config_create_spec/password",
            "/load_balancer_config_spec/ha_proxy_config_create_spec/certificate_authority_chain",
            "/master_storage_policy",
            "/ephemeral_storage_policy",
            "/image_storage",
            "/image_storage/storage_policy");

    @TempDir
    Path disks;

    private SupervisorWorld world;

    @BeforeEach
    void start() throws Exception {
        world = new SupervisorWorld(disks);
    }

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void anOptionalMemberThatIsNullIsNotThere() {
        ObjectNode spec = world.spec();
        OPTIONAL.forEach(pointer -> putNull(spec, pointer));
        Faults faults = new Faults();
        assertThat(EnableSpecReader.read(spec, faults))
                .as(faults.texts().toString())
                .isEqualTo(EnableSpecReader.read(world.spec(), new Faults()));
    }

    @Test
    void aRequiredMemberThatIsNullIsNamed() {
        for (String pointer : REQUIRED) {
            ObjectNode spec = world.spec();
            putNull(spec, pointer);
            Faults faults = new Faults();
            assertThat(EnableSpecReader.read(spec, faults)).as(pointer).isEmpty();
            assertThat(faults.texts())
                    .as(pointer)
                    .anyMatch(text -> text.startsWith(pointer.substring(1).replace('/', '.')));
        }
    }

    private static void putNull(ObjectNode spec, String pointer) {
        int end = pointer.lastIndexOf('/');
        JsonNode parent = spec.at(pointer.substring(0, end));
        ((ObjectNode) parent).putNull(pointer.substring(end + 1));
    }
}
