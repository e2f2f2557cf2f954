package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.ClusterCompatibility;
import io.kantoku.supervisor.workload.ControlVms;
import io.kantoku.supervisor.workload.EnableSpec;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.supervisor.workload.SupervisorStatus;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.net.IpRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code /api/vcenter/namespace-management}: enabling clusters, and what they are then. */
public final class ClusterOperations implements Operations {
    private static final String BASE = "/api/vcenter/namespace-management";

    private final WorkloadManagement workload;
    private final Inventory inventory;

    public ClusterOperations(WorkloadManagement workload, Inventory inventory) {
        this.workload = workload;
        this.inventory = inventory;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", BASE + "/clusters", this::list);
        routes.add("GET", BASE + "/clusters/{cluster}", this::get);
        routes.add("POST", BASE + "/clusters/{cluster}", "enable", this::enable);
        routes.add("POST", BASE + "/clusters/{cluster}", "check", this::check);
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
        for (WorkloadManagement.Enabled enabled : workload.list()) {
            ComputeCluster cluster = inventory.cluster(MoRef.parse(enabled.cluster()));
            ObjectNode json =
                    array.addObject().put("cluster", enabled.cluster()).put("cluster_name", cluster.name());
            status(json, enabled.status());
            stats(json.putObject("stats"), cluster);
        }
        return Optional.of(array);
    }

    private Optional<JsonNode> get(Call call) {
        WorkloadManagement.Enabled enabled = enabled(call);
        EnableSpec spec = enabled.spec();
        SupervisorStatus status = enabled.status();
        ObjectNode json = Json.object().put("size_hint", spec.size().name());
        status(json, status);
        ArrayNode messages = json.putArray("messages");
        if (!status.message().isEmpty()) {
            ObjectNode message = messages.addObject();
            message.put("severity", status.state() == SupervisorStatus.State.ERROR ? "ERROR" : "INFO");
            LocalizableMessage.of("io.kantoku.wcp.waiting", status.message()).writeTo(message.putObject("details"));
        }
        json.putArray("kubernetes_status_messages");
        stats(json.putObject("stat_summary"), inventory.cluster(MoRef.parse(enabled.cluster())));
        boolean running = status.state() == SupervisorStatus.State.RUNNING;
        json.put(
                "api_server_management_endpoint", spec.management().floatingIp().toString());
        json.put("api_server_cluster_endpoint", running ? spec.firstVip().toString() : "");
        ArrayNode servers = json.putArray("api_servers");
        ControlVms.managementAddresses(spec).forEach(address -> servers.add(address.toString()));
        json.put("tls_endpoint_certificate", enabled.authorityPem());
        json.put("network_provider", "VSPHERE_NETWORK");
        workloadNetworks(json.putObject("workload_networks"), spec);
        json.set("load_balancers", balancers(spec));
        json.putObject("service_cidr")
                .put("address", spec.serviceCidr().base().toString())
                .put("prefix", spec.serviceCidr().prefix());
        management(json.putObject("master_management_network"), spec);
        texts(json.putArray("master_DNS"), spec.masterDns());
        texts(json.putArray("worker_DNS"), spec.workerDns());
        texts(json.putArray("master_DNS_search_domains"), spec.searchDomains());
        texts(json.putArray("master_NTP_servers"), spec.ntpServers());
        texts(json.putArray("Master_DNS_names"), spec.masterDnsNames());
        json.put("master_storage_policy", spec.masterStoragePolicy());
        json.put("ephemeral_storage_policy", spec.ephemeralStoragePolicy());
        json.putObject("image_storage").put("storage_policy", spec.imageStoragePolicy());
        json.put("login_banner", spec.loginBanner());
        spec.contentLibrary().ifPresent(id -> json.put("default_kubernetes_service_content_library", id));
        return Optional.of(json);
    }

    private Optional<JsonNode> enable(Call call) throws IOException {
        call.requireAdministrator("Namespaces.Manage");
        workload.enable(call.path("cluster"), call.body());
        return Optional.empty();
    }

    /** Not of vCenter's API: checks a specification as enabling does and changes nothing. */
    private Optional<JsonNode> check(Call call) throws IOException {
        call.requireAdministrator("Namespaces.Manage");
        workload.check(call.body());
        return Optional.empty();
    }

    private Optional<JsonNode> loadBalancers(Call call) {
        return Optional.of(balancers(enabled(call).spec()));
    }

    private Optional<JsonNode> networks(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        enabled(call).spec().workloadNetworks().forEach(network -> network(array.addObject(), network));
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

    private static void status(ObjectNode json, SupervisorStatus status) {
        json.put("config_status", status.state().name());
        String kubernetes = switch (status.state()) {
            case RUNNING -> status.message().isEmpty() ? "READY" : "WARNING";
            case CONFIGURING, REMOVING -> "WARNING";
            case ERROR -> "ERROR";
        };
        json.put("kubernetes_status", kubernetes);
    }

    private void stats(ObjectNode json, ComputeCluster cluster) {
        long cpuUsed = 0;
        long cpu = 0;
        long memoryUsed = 0;
        long memory = 0;
        for (var host : inventory.hosts()) {
            if (host.cluster().equals(cluster.id())) {
                cpuUsed += host.usage().reservedCpuMhz();
                cpu += (long) host.cores() * host.coreMhz();
                memoryUsed += host.usage().reservedMemoryMiB();
                memory += host.memoryMiB();
            }
        }
        long free = 0;
        long capacity = 0;
        for (var datastore : inventory.datastores()) {
            free += datastore.freeMiB();
            capacity += datastore.capacityMiB();
        }
        json.put("cpu_used", cpuUsed)
                .put("cpu_capacity", cpu)
                .put("memory_used", memoryUsed)
                .put("memory_capacity", memory)
                .put("storage_used", capacity - free)
                .put("storage_capacity", capacity);
    }

    private static void workloadNetworks(ObjectNode json, EnableSpec spec) {
        network(json.putObject("supervisor_primary_workload_network"), spec.primary());
        ArrayNode list = json.putArray("network_list");
        spec.workloadNetworks().forEach(network -> network(list.addObject(), network));
    }

    private static void network(ObjectNode json, WorkloadNetwork network) {
        json.put("network", network.name()).put("network_provider", "VSPHERE_NETWORK");
        ObjectNode vsphere = json.putObject("vsphere_network")
                .put("portgroup", network.portGroup())
                .put("gateway", network.gateway().toString())
                .put("subnet_mask", network.subnet().mask().toString());
        ranges(vsphere.putArray("address_ranges"), network.ranges());
    }

    private static ArrayNode balancers(EnableSpec spec) {
        EnableSpec.LoadBalancer balancer = spec.loadBalancer();
        ArrayNode array = Json.mapper().createArrayNode();
        ObjectNode json = array.addObject().put("id", balancer.id()).put("provider", "HA_PROXY");
        ranges(json.putArray("address_ranges"), balancer.ranges());
        ObjectNode info = json.putObject("ha_proxy_info");
        ArrayNode servers = info.putArray("servers");
        balancer.servers()
                .forEach(
                        server -> servers.addObject().put("host", server.host()).put("port", server.port()));
        info.put("username", balancer.user()).put("certificate_authority_chain", balancer.authorityPem());
        return array;
    }

    private static void management(ObjectNode json, EnableSpec spec) {
        EnableSpec.ManagementNetwork management = spec.management();
        json.put("network", management.network()).put("mode", "STATICRANGE");
        json.putObject("address_range")
                .put("starting_address", management.range().first().toString())
                .put("address_count", management.range().size())
                .put("subnet_mask", management.subnet().mask().toString())
                .put("gateway", management.gateway().toString());
    }

    private static void ranges(ArrayNode array, List<IpRange> ranges) {
        ranges.forEach(range ->
                array.addObject().put("address", range.first().toString()).put("count", range.size()));
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
