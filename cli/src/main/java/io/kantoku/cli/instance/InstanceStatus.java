package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.client.ControllerGroup;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.machine.MachineRuntime;

/** Tells what an instance is made of and how it is. */
final class InstanceStatus {
    private final InstanceOptions options;
    private final Inventory inventory;
    private final WorkloadManagement workload;
    private final LoadBalancerMachine balancer;
    private final ControllerGroup controllers;
    private final MachineRuntime runtime;

    InstanceStatus(
            InstanceOptions options,
            Inventory inventory,
            WorkloadManagement workload,
            LoadBalancerMachine balancer,
            ControllerGroup controllers,
            MachineRuntime runtime) {
        this.options = options;
        this.inventory = inventory;
        this.workload = workload;
        this.balancer = balancer;
        this.controllers = controllers;
        this.runtime = runtime;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("state", "running")
                .put("pid", ProcessHandle.current().pid())
                .put("runtime", runtime.name())
                .put("runtime_description", runtime.description())
                .put("console", "https://localhost:" + options.consolePort())
                .put("front_port", options.frontPort())
                .put("management_network", options.addresses().management().toString())
                .put("workload_network", options.addresses().workload().toString());
        json.putObject("haproxy")
                .put("running", balancer.appliance().running())
                .put(
                        "pid",
                        balancer.appliance().running() ? balancer.appliance().haproxyPid() : 0)
                .put(
                        "data_plane_api",
                        "https://"
                                + balancer.appliance().apiAddress().getAddress().getHostAddress() + ":"
                                + balancer.appliance().apiAddress().getPort())
                .put("quarantine", balancer.appliance().quarantine().toString());
        ArrayNode clusters = json.putArray("supervisors");
        for (WorkloadManagement.Enabled enabled : workload.list()) {
            clusters.addObject()
                    .put("cluster", enabled.cluster())
                    .put("config_status", enabled.status().state().name())
                    .put("message", enabled.status().message())
                    .put(
                            "api_server_cluster_endpoint",
                            enabled.spec().firstVip().toString());
        }
        long on = inventory.machines().list().stream()
                .filter(VirtualMachine::isOn)
                .count();
        json.putObject("virtual_machines")
                .put("total", inventory.machines().list().size())
                .put("powered_on", on);
        json.put(
                "failing_reconciliations",
                controllers.status().stream()
                        .mapToLong(status -> status.failing().size())
                        .sum());
        return json;
    }
}
