package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.client.ControllerGroup;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.VirtualMachine;
import java.util.List;

/** Tells what an instance is made of and how it is. */
final class InstanceStatus {
    private final InstanceOptions options;
    private final Site site;
    private final WorkloadManagement workload;
    private final ControllerGroup controllers;

    InstanceStatus(InstanceOptions options, Site site, WorkloadManagement workload, ControllerGroup controllers) {
        this.options = options;
        this.site = site;
        this.workload = workload;
        this.controllers = controllers;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("state", "running")
                .put("pid", ProcessHandle.current().pid())
                .put("runtime", options.runtime())
                .put("console", "https://localhost:" + options.consolePort())
                .put("front_port", site.frontPort());
        site.describe(json, workload);
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
        List<VirtualMachine> machines = site.inventory().machines().list();
        long on = machines.stream().filter(VirtualMachine::isOn).count();
        json.putObject("virtual_machines").put("total", machines.size()).put("powered_on", on);
        json.put(
                "failing_reconciliations",
                controllers.status().stream()
                        .mapToLong(status -> status.failing().size())
                        .sum());
        return json;
    }
}
