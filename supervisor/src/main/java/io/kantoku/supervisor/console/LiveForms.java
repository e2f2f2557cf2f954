package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.rest.MachineForms;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.VirtualMachine;

/** The forms of hosts and machines in the console's stream. Pure. */
final class LiveForms {
    private static final String NAMESPACE = "kantoku.io/namespace";

    private LiveForms() {}

    /** The vSphere Namespace that a machine was made for; {@code ""} for none. */
    static String namespace(VirtualMachine vm) {
        return vm.spec().metadata().getOrDefault(NAMESPACE, "");
    }

    static ObjectNode host(Host host) {
        ObjectNode json = Json.object()
                .put("host", host.id().toString())
                .put("name", host.name())
                .put("cluster", host.cluster().toString())
                .put("connection_state", host.connection().name())
                .put("power_state", "POWERED_ON")
                .put("cpu_cores", host.cores())
                .put("cpu_mhz", host.cpuMhz())
                .put("memory_MiB", host.memoryMiB());
        json.putObject("usage")
                .put("machines", host.usage().machines())
                .put("cpu_mhz", host.usage().reservedCpuMhz())
                .put("memory_MiB", host.usage().reservedMemoryMiB())
                .put("cpus_configured", host.usage().configuredCpus())
                .put("memory_configured_MiB", host.usage().configuredMemoryMiB());
        return json;
    }

    static ObjectNode vm(VirtualMachine vm, String namespace) {
        return MachineForms.info(vm)
                .put("host", vm.host().toString())
                .put("folder", vm.spec().placement().folder().toString())
                .put("resource_pool", vm.spec().placement().resourcePool().toString())
                .put("guest_since", vm.guest().since().toString())
                .put("namespace", namespace);
    }
}
