package io.kantoku.tkg.vm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.VirtualMachine;
import java.time.Instant;
import java.util.Optional;

/** What a VirtualMachine says of the machine that was made for it. Pure. */
final class VmStatus {
    private VmStatus() {}

    /** Writes the machine's state into the object's status. */
    static void write(KubeObject object, VirtualMachine vm, String host, Instant now) {
        ObjectNode status = object.status();
        boolean on = vm.power() == PowerState.POWERED_ON;
        status.put("phase", "Created")
                .put("powerState", vm.isOn() ? "poweredOn" : "poweredOff")
                .put("host", host)
                .put("uniqueID", vm.id().toString())
                .put("biosUUID", vm.biosUuid().toString())
                .put("instanceUUID", vm.instanceUuid().toString());
        ArrayNode cards = status.putArray("networkInterfaces");
        for (Nic nic : vm.spec().nics()) {
            ObjectNode card = cards.addObject().put("connected", on).put("macAddress", nic.mac());
            card.putArray("ipAddresses").add(nic.address().toString());
        }
        vm.spec().nics().stream()
                .findFirst()
                .ifPresent(nic -> status.put("vmIp", nic.address().address().toString()));
        Conditions.set(object, Condition.isTrue("VMProvisioned", "", ""), now);
        Conditions.set(object, powered(vm), now);
        Conditions.set(object, ready(vm), now);
    }

    private static Condition powered(VirtualMachine vm) {
        return vm.isOn()
                ? Condition.isTrue("PoweredOn", "", "")
                : Condition.isFalse(
                        "PoweredOn",
                        "PoweredOff",
                        "machine " + vm.name() + " (" + vm.id() + ") is switched off; switch it on in the inventory");
    }

    /** The guest system answers; for a master this means that its API server listens. */
    private static Condition ready(VirtualMachine vm) {
        GuestStatus guest = vm.guest();
        return switch (guest.state()) {
            case RUNNING -> Condition.isTrue("Ready", "", "");
            case BOOTING -> Condition.isFalse("Ready", "Booting", message(guest, "the machine is booting"));
            case FAILED ->
                Condition.isFalse(
                        "Ready", "GuestFailed", message(guest, "its system ended") + "; restart or delete the machine");
            case NOT_RUNNING -> Condition.isFalse("Ready", "PoweredOff", "the machine is off");
        };
    }

    private static String message(GuestStatus guest, String otherwise) {
        return Optional.of(guest.message()).filter(text -> !text.isEmpty()).orElse(otherwise);
    }
}
