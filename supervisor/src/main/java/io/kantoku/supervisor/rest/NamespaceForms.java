package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.namespaces.NamespaceSpec;
import io.kantoku.supervisor.workload.WorkloadManagement;

/** The forms of vSphere Namespaces in vCenter's REST API. */
public final class NamespaceForms {
    private final WorkloadManagement workload;

    public NamespaceForms(WorkloadManagement workload) {
        this.workload = workload;
    }

    /** {@code Instances.Info}. */
    public ObjectNode info(NamespaceSpec spec) {
        ObjectNode json = Json.object()
                .put("cluster", spec.cluster())
                .put("config_status", "RUNNING")
                .put("description", spec.description());
        json.putArray("messages");
        stats(json.putObject("stats"));
        ObjectNode limits = json.putObject("resource_spec");
        spec.limits().forEach(limits::put);
        spec.accessJson(json.putArray("access_list"));
        spec.storageJson(json.putArray("storage_specs"));
        ArrayNode networks = json.putArray("networks");
        if (spec.networks().isEmpty()) {
            workload.find(spec.cluster())
                    .ifPresent(enabled -> networks.add(enabled.spec().primary().name()));
        }
        spec.networks().forEach(networks::add);
        return json;
    }

    static void stats(ObjectNode json) {
        json.put("cpu_used", 0).put("memory_used", 0).put("storage_used", 0);
    }
}
