package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every fault of an enable specification with its field. */
class EnableFaultsTest {
    private static final String HAPROXY = "load_balancer_config_spec.ha_proxy_config_create_spec";

    @TempDir
    private static Path disks;

    private static SupervisorWorld world;

    @BeforeAll
    static void start() throws IOException {
        world = new SupervisorWorld(disks);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void acceptsASpecificationWithoutFaults() {
        EnableSpec spec = world.workload.check(world.spec());
        assertThat(spec.firstVip()).hasToString("127.91.59.128");
        assertThat(spec.management().floatingIp()).hasToString("127.91.58.53");
        assertThat(spec.workerDns()).isEqualTo(spec.masterDns());
        assertThat(spec.toString()).doesNotContain("ha-secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "size_hint|HUGE|size_hint|'HUGE' is not one of [TINY, SMALL, MEDIUM, LARGE]",
                "size_hint||size_hint|is required",
                "network_provider|NSXT_CONTAINER_PLUGIN|network_provider|NSX-T is not configured in this vCenter",
                "network_provider|OTHER|network_provider|'OTHER' is not one of VSPHERE_NETWORK",
                "service_cidr||service_cidr|is required",
                "service_cidr.address|nowhere|service_cidr.address|nowhere",
                "service_cidr.prefix|33|service_cidr.prefix|must be a whole number from 8 to 30, found 33",
                "service_cidr.address|127.91.59.0|service_cidr|contains the workload gateway",
                "master_management_network.mode|DHCP|master_management_network.mode|must be STATICRANGE, found 'DHCP'",
                "master_management_network.network|network-99|master_management_network.network|there is no network 'network-99'; known: [",
                "master_management_network.address_range.address_count|4|master_management_network.address_range.address_count|found 4",
                "master_management_network.address_range.starting_address|127.91.58.253|master_management_network.address_range|is outside its subnet 127.91.58.0/24",
                "master_management_network.address_range.gateway|127.91.57.1|master_management_network.address_range.gateway|is outside the subnet",
                "master_management_network.address_range.gateway|127.91.58.51|master_management_network.address_range|contains the management gateway",
                "workload_networks_spec.supervisor_primary_workload_network.network|Not_A_Label|workload_networks_spec.supervisor_primary_workload_network.network|must be a DNS label",
                "workload_networks_spec.supervisor_primary_workload_network.vsphere_network.portgroup|dvportgroup-1|workload_networks_spec.supervisor_primary_workload_network.vsphere_network.portgroup|there is no port group",
                "workload_networks_spec.supervisor_primary_workload_network.vsphere_network.gateway|127.91.59.30|workload_networks_spec.supervisor_primary_workload_network.vsphere_network.address_ranges|contains the workload gateway",
                "workload_networks_spec.supervisor_primary_workload_network.vsphere_network.address_ranges|[]|workload_networks_spec.supervisor_primary_workload_network.vsphere_network.address_ranges|must have at least one entry",
                "workload_networks_spec.supervisor_primary_workload_network.vsphere_network.address_ranges|[{address: 127.91.59.200, count: 100}]|workload_networks_spec.supervisor_primary_workload_network.vsphere_network.address_ranges|is outside its subnet",
                "load_balancer_config_spec.provider|AVI|load_balancer_config_spec.provider|must be HA_PROXY, found 'AVI'",
                "load_balancer_config_spec.address_ranges|[{address: 127.91.59.100, count: 64}]|load_balancer_config_spec.address_ranges|overlaps",
                "load_balancer_config_spec.address_ranges[0].count|0|load_balancer_config_spec.address_ranges[0].count|found 0",
                "load_balancer_config_spec.ha_proxy_config_create_spec.servers|[]|load_balancer_config_spec.ha_proxy_config_create_spec.servers|must have at least one entry",
                "load_balancer_config_spec.ha_proxy_config_create_spec.username||load_balancer_config_spec.ha_proxy_config_create_spec.username|is required",
                "load_balancer_config_spec.ha_proxy_config_create_spec.certificate_authority_chain|no PEM|load_balancer_config_spec.ha_proxy_config_create_spec.certificate_authority_chain|there is no certificate in the PEM data",
                "master_DNS|[127.91.58.51]|master_management_network.address_range|contains the DNS server 127.91.58.51",
                "master_DNS|[dns.example]|master_DNS|dns.example",
                "master_storage_policy|gold|master_storage_policy|there is no storage policy 'gold'; known: [",
                "image_storage||image_storage|is required",
                "default_kubernetes_service_content_library|books|default_kubernetes_service_content_library|there is no content library 'books'",
            })
    void namesTheFaultAndItsField(String field, String value, String blamed, String message) {
        JsonNode spec = changed(field, value);
        assertThat(faults(spec)).anySatisfy(fault -> {
            assertThat(fault.args()).first().asString().startsWith(blamed);
            assertThat(fault.text()).startsWith(blamed).contains(message);
        });
    }

    @Test
    void blamesAFurtherWorkloadNetworkByItsOwnField() {
        ObjectNode spec = world.spec();
        ObjectNode further = spec.at("/workload_networks_spec/supervisor_primary_workload_network")
                .deepCopy();
        further.withObjectProperty("vsphere_network")
                .set("address_ranges", Yaml.parse("[{address: 127.91.61.20, count: 10}]"));
        spec.withObjectProperty("workload_networks_spec")
                .putArray("network_list")
                .add(further);
        assertThat(faults(spec))
                .extracting(LocalizableMessage::text)
                .anySatisfy(text -> assertThat(text)
                        .startsWith("workload_networks_spec.network_list[0].network: the name 'wl-0' is used twice"))
                .anySatisfy(text -> assertThat(text)
                        .startsWith("workload_networks_spec.network_list[0].vsphere_network.address_ranges:")
                        .contains("is outside its subnet"));
    }

    @Test
    void namesAllFaultsAtOnce() {
        ObjectNode spec = world.spec();
        spec.put("size_hint", "HUGE").put("master_storage_policy", "");
        spec.withObjectProperty("service_cidr").put("prefix", 99);
        assertThat(faults(spec))
                .extracting(LocalizableMessage::text)
                .containsExactly(
                        "size_hint: 'HUGE' is not one of [TINY, SMALL, MEDIUM, LARGE]",
                        "service_cidr.prefix: must be a whole number from 8 to 30, found 99",
                        "master_storage_policy: is required");
    }

    @Test
    void saysThatThePasswordIsWrong() {
        assertBlames(HAPROXY + ".password", "wrong", HAPROXY + ".password", "refuses user \"admin\"");
    }

    @Test
    void saysThatTheAuthorityIsWrong() {
        assertBlames(
                HAPROXY + ".certificate_authority_chain",
                world.vcenter.certificatePem(),
                HAPROXY + ".certificate_authority_chain",
                "is not issued by the given authorities");
    }

    @Test
    void saysThatNobodyAnswers() {
        assertBlames(HAPROXY + ".servers[0].port", "1", HAPROXY + ".servers[0]", "cannot be reached");
    }

    private void assertBlames(String field, String value, String blamed, String message) {
        JsonNode spec = changed(field, value);
        assertThat(faults(spec))
                .singleElement()
                .satisfies(fault -> assertThat(fault.text())
                        .startsWith(blamed + ": ")
                        .contains(message)
                        .doesNotContain("ha-secret"));
    }

    private List<LocalizableMessage> faults(JsonNode spec) {
        VapiException refused =
                catchThrowableOfType(VapiException.class, () -> world.workload.enable(SupervisorWorld.CLUSTER, spec));
        assertThat(refused).isNotNull();
        assertThat(refused.error()).isEqualTo(VapiError.INVALID_ARGUMENT);
        assertThat(world.workload.list()).isEmpty();
        return refused.messages();
    }

    /** The specification with one member, named by its path, changed or removed. */
    private JsonNode changed(String path, String value) {
        ObjectNode spec = world.spec();
        String pointer = "/" + path.replace("[", "/").replace("]", "").replace(".", "/");
        int last = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) spec.at(pointer.substring(0, last));
        String member = pointer.substring(last + 1);
        if (value == null) {
            parent.remove(member);
        } else if (value.startsWith("-----")) {
            parent.put(member, value);
        } else {
            parent.set(member, Yaml.parse(value));
        }
        return spec;
    }
}
