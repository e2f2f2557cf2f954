package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.machine.StopMode;
import java.util.List;
import java.util.Optional;

/** {@code /rest/vcenter/vm} and {@code /api/vcenter/vm}: machines and their power. */
public final class MachineOperations implements Operations {
    private static final String POWER = "VirtualMachine.Interact.Power";

    private final Inventory inventory;

    public MachineOperations(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public void addTo(Routes routes) {
        for (String base : List.of("/rest/vcenter/vm", "/api/vcenter/vm")) {
            routes.add("GET", base, this::list);
            routes.add("GET", base + "/{vm}", this::get);
            routes.add(
                    "GET",
                    base + "/{vm}/power",
                    call -> Optional.of(Json.object()
                            .put(
                                    "state",
                                    MachineForms.power(inventory.machines().get(vm(call))))));
            routes.add("POST", base + "/{vm}/power", "start", this::start);
            routes.add("POST", base + "/{vm}/power/start", this::start);
            routes.add("POST", base + "/{vm}/power", "stop", call -> stop(call, StopMode.HARD));
            routes.add("POST", base + "/{vm}/power/stop", call -> stop(call, StopMode.HARD));
            routes.add("POST", base + "/{vm}/guest/power", "shutdown", call -> stop(call, StopMode.GRACEFUL));
        }
    }

    private Optional<JsonNode> list(Call call) {
        List<String> names = call.filter("names");
        ArrayNode array = Json.mapper().createArrayNode();
        for (VirtualMachine vm : inventory.machines().list()) {
            if (names.isEmpty() || names.contains(vm.name())) {
                array.addObject()
                        .put("vm", vm.id().toString())
                        .put("name", vm.name())
                        .put("power_state", MachineForms.power(vm))
                        .put("cpu_count", vm.spec().hardware().cpus())
                        .put("memory_size_MiB", vm.spec().hardware().memoryMiB());
            }
        }
        return Optional.of(array);
    }

    private Optional<JsonNode> get(Call call) {
        return Optional.of(MachineForms.info(inventory.machines().get(vm(call))));
    }

    private Optional<JsonNode> start(Call call) {
        call.require(POWER);
        if (inventory.machines().get(vm(call)).isOn()) {
            throw already(call, "on");
        }
        inventory.machines().powerOn(vm(call));
        return Optional.empty();
    }

    private Optional<JsonNode> stop(Call call, StopMode mode) {
        call.require(POWER);
        if (!inventory.machines().get(vm(call)).isOn()) {
            throw already(call, "off");
        }
        inventory.machines().powerOff(vm(call), mode);
        return Optional.empty();
    }

    private static VapiException already(Call call, String state) {
        return VapiException.of(
                VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                "com.vmware.vapi.std.errors.already_in_desired_state",
                "virtual machine " + call.path("vm") + " is powered " + state + " already");
    }

    private static MoRef vm(Call call) {
        return MoRef.parse(call.path("vm"));
    }
}
