package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.workload.ControlVms;
import io.kantoku.supervisor.workload.EnableSpec;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.supervisor.workload.Step;
import io.kantoku.supervisor.workload.SupervisorStatus;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.net.IpRange;
import java.util.List;

/** The forms of Supervisors in vCenter's REST API. Pure but for what it reads of the inventory. */
public final class ClusterForms {
    private final Inventory inventory;

    public ClusterForms(Inventory inventory) {
        this.inventory = inventory;
    }

    /** {@code Clusters.Summary}. */
    ObjectNode summary(WorkloadManagement.Enabled enabled) {
        ComputeCluster cluster = inventory.cluster(MoRef.parse(enabled.cluster()));
        ObjectNode json = Json.object().put("cluster", enabled.cluster()).put("cluster_name", cluster.name());
        status(json, enabled.status());
        stats(json.putObject("stats"), cluster);
        return json;
    }

    /** {@code Clusters.Info} with the names and the steps, as the console shows it. */
    public ObjectNode live(WorkloadManagement.Enabled enabled) {
        ObjectNode json = info(enabled)
                .put("cluster", enabled.cluster())
                .put(
                        "cluster_name",
                        inventory.cluster(MoRef.parse(enabled.cluster())).name());
        ArrayNode steps = json.putArray("steps");
        for (Step step : enabled.status().steps()) {
            ObjectNode entry = steps.addObject()
                    .put("id", step.id())
                    .put("name", step.name())
                    .put("state", step.state().name())
                    .put("message", step.message())
                    .put("to_do", step.todo());
            step.started().ifPresent(time -> entry.put("started", time.toString()));
            step.ended().ifPresent(time -> entry.put("ended", time.toString()));
        }
        return json;
    }

    /** {@code Clusters.Info}. */
    public ObjectNode info(WorkloadManagement.Enabled enabled) {
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
        return json;
    }

    static void status(ObjectNode json, SupervisorStatus status) {
        json.put("config_status", status.state().name());
        String kubernetes = switch (status.state()) {
            case RUNNING -> status.message().isEmpty() ? "READY" : "WARNING";
            case CONFIGURING, REMOVING -> "WARNING";
            case ERROR -> "ERROR";
        };
        json.put("kubernetes_status", kubernetes);
    }

    void stats(ObjectNode json, ComputeCluster cluster) {
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

    static void network(ObjectNode json, WorkloadNetwork network) {
        json.put("network", network.name()).put("network_provider", "VSPHERE_NETWORK");
        ObjectNode vsphere = json.putObject("vsphere_network")
                .put("portgroup", network.portGroup())
                .put("gateway", network.gateway().toString())
                .put("subnet_mask", network.subnet().mask().toString());
        ranges(vsphere.putArray("address_ranges"), network.ranges());
    }

    static ArrayNode balancers(EnableSpec spec) {
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
