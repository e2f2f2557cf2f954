package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.workload.VmClass;
import io.kantoku.supervisor.workload.VmClasses;
import java.io.IOException;
import java.util.Optional;

/** {@code /api/vcenter/namespace-management/virtual-machine-classes} (vCenter 7.0 U2a): sizes of machines. */
public final class VmClassOperations implements Operations {
    private static final String BASE = "/api/vcenter/namespace-management/virtual-machine-classes";
    private static final String MANAGE = "VirtualMachineClasses.Manage";

    private final VmClasses classes;
    private final Namespaces namespaces;

    public VmClassOperations(VmClasses classes, Namespaces namespaces) {
        this.classes = classes;
        this.namespaces = namespaces;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", BASE, this::list);
        routes.add("POST", BASE, this::create);
        routes.add("GET", BASE + "/{vm_class}", call -> Optional.of(info(classes.get(call.path("vm_class")))));
        routes.add("PATCH", BASE + "/{vm_class}", this::update);
        routes.add("DELETE", BASE + "/{vm_class}", this::delete);
    }

    private Optional<JsonNode> list(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        classes.list().forEach(vmClass -> array.add(info(vmClass)));
        return Optional.of(array);
    }

    private Optional<JsonNode> create(Call call) throws IOException {
        call.require(MANAGE);
        classes.create(call.body());
        return Optional.empty();
    }

    private Optional<JsonNode> update(Call call) throws IOException {
        call.require(MANAGE);
        classes.update(call.path("vm_class"), call.body());
        return Optional.empty();
    }

    private Optional<JsonNode> delete(Call call) {
        call.require(MANAGE);
        classes.delete(call.path("vm_class"));
        return Optional.empty();
    }

    private ObjectNode info(VmClass vmClass) {
        ObjectNode json = vmClass.toJson().put("config_status", "READY");
        json.putArray("messages");
        ArrayNode users = json.putArray("namespaces");
        namespaces.list().stream()
                .filter(spec -> spec.vmService().classes().contains(vmClass.id()))
                .forEach(spec -> users.add(spec.name()));
        ArrayNode vms = json.putArray("vms");
        classes.machines(vmClass.id()).forEach(vms::add);
        return json;
    }
}
