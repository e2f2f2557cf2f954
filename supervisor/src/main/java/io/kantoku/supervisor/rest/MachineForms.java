package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.vsphere.VirtualMachine;

/** The forms of machines in vCenter's REST API. Pure. */
public final class MachineForms {
    private MachineForms() {}

    /** {@code VM.Info}, with what the guest says. */
    public static ObjectNode info(VirtualMachine vm) {
        ObjectNode json = Json.object()
                .put("vm", vm.id().toString())
                .put("name", vm.name())
                .put("power_state", power(vm))
                .put("guest_state", vm.guest().state().name())
                .put("guest_message", vm.guest().message());
        json.putObject("cpu").put("count", vm.spec().hardware().cpus());
        json.putObject("memory").put("size_MiB", vm.spec().hardware().memoryMiB());
        json.putObject("identity")
                .put("bios_uuid", vm.biosUuid().toString())
                .put("instance_uuid", vm.instanceUuid().toString())
                .put("name", vm.name());
        ArrayNode nics = json.putArray("nics");
        vm.spec()
                .nics()
                .forEach(nic -> nics.addObject()
                        .put("mac_address", nic.mac())
                        .put("network", nic.network().toString())
                        .put("address", nic.address().toString()));
        return json;
    }

    static String power(VirtualMachine vm) {
        return vm.isOn() ? "POWERED_ON" : "POWERED_OFF";
    }
}
