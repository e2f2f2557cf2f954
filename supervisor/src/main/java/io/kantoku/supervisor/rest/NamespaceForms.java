package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.namespaces.NamespaceSpec;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.workload.SupervisorStatus;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.Usage;
import io.kantoku.vsphere.VmHardware;

/** The forms of vSphere Namespaces in vCenter's REST API. */
public final class NamespaceForms {
    private final WorkloadManagement workload;
    private final Namespaces namespaces;

    public NamespaceForms(WorkloadManagement workload, Namespaces namespaces) {
        this.workload = workload;
        this.namespaces = namespaces;
    }

    /** {@code Instances.Info}. */
    public ObjectNode info(NamespaceSpec spec) {
        Namespaces.Status status = namespaces.status(spec);
        ObjectNode json = Json.object()
                .put("cluster", spec.cluster())
                .put("config_status", status.state().name())
                .put("description", spec.description());
        ArrayNode messages = json.putArray("messages");
        if (!status.message().isEmpty()) {
            boolean error = status.state() == SupervisorStatus.State.ERROR;
            LocalizableMessage.of("io.kantoku.wcp.namespace", status.message())
                    .writeTo(messages.addObject()
                            .put("severity", error ? "ERROR" : "INFO")
                            .putObject("details"));
        }
        json.set("stats", stats(spec));
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
        spec.vmServiceJson(json.putObject("vm_service_spec"));
        return json.put("self_service_namespace", false);
    }

    /** {@code Instances.Summary}. */
    ObjectNode summary(NamespaceSpec spec) {
        ObjectNode json = Json.object()
                .put("namespace", spec.name())
                .put("description", spec.description())
                .put("cluster", spec.cluster())
                .put("config_status", namespaces.status(spec).state().name())
                .put("self_service_namespace", false);
        json.set("stats", stats(spec));
        return json;
    }

    /** What machines have been given counts as used: guests here do not tell what they use of it. */
    ObjectNode stats(NamespaceSpec spec) {
        Usage usage = namespaces.usage(spec);
        return Json.object()
                .put("cpu_used", usage.reservedCpuMhz())
                .put("memory_used", usage.configuredMemoryMiB())
                .put("storage_used", usage.machines() * VmHardware.DEFAULT_DISK_MIB);
    }
}
