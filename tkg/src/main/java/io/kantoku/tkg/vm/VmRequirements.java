package io.kantoku.tkg.vm;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a VirtualMachine needs to be made, and the machine that it becomes. Pure.
 *
 * @param place the pool and folder, from its resource policy or its namespace
 * @param interfaces in the order of the object's own list
 * @param userData empty when it is named and missing
 * @param guest the cluster that the machine is of; the inventory keeps it, and the machine can serve no other
 */
record VmRequirements(
        KubeObject vm,
        Optional<KubeObject> vmClass,
        Optional<KubeObject> storageClass,
        Optional<Place> place,
        List<Optional<KubeObject>> interfaces,
        Optional<SecretBytes> userData,
        Optional<ClusterId> guest) {
    private static final long MEBI = 1L << 20;

    /** Where machines of a cluster or namespace are kept. */
    record Place(MoRef pool, MoRef folder) {}

    VmRequirements {
        interfaces = List.copyOf(interfaces);
    }

    /** Why the machine cannot be made: nothing when it can. */
    Optional<Condition> missing() {
        String name = vm.text("spec", "className");
        if (vmClass.isEmpty()) {
            return failed(
                    "there is no VirtualMachineClass " + name + "; choose one of kubectl get virtualmachineclasses");
        }
        String storage = vm.text("spec", "storageClass");
        if (storageClass.isEmpty()
                || storageClass.get().text("parameters", "storagePolicyID").isEmpty()) {
            return failed("there is no StorageClass " + storage
                    + " with a storage policy; ask the administrator to assign it to the namespace");
        }
        if (place.isEmpty()) {
            return Optional.of(Condition.isFalse(
                    "VMProvisioned",
                    "ResourcePolicyNotReady",
                    "waiting for the resource pool and folder of the machine"));
        }
        if (userData.isEmpty()) {
            return failed("the Secret with the machine's bootstrap data, " + vm.text("spec", "vmMetadata", "secretName")
                    + ", is missing");
        }
        return Optional.empty();
    }

    private static Optional<Condition> failed(String message) {
        return Optional.of(Condition.isFalse("VMProvisioned", "VMCreationFailed", message));
    }

    /** Whether all network cards have their addresses. */
    Condition network() {
        for (Optional<KubeObject> card : interfaces) {
            if (card.isEmpty() || address(card.get()).isEmpty()) {
                String why = card.flatMap(object -> Conditions.find(object, "Ready"))
                        .filter(condition -> !condition.isTrue())
                        .map(Condition::message)
                        .orElse("waiting for an address of the network");
                return Condition.isFalse("NetworkReady", "WaitingForNetworkAddress", why);
            }
        }
        return Condition.isTrue("NetworkReady", "", "");
    }

    static String address(KubeObject card) {
        return card.at("status", "ipConfigs").path(0).path("ip").asText("");
    }

    /** The machine; call it only when nothing is missing and the network is ready. */
    VmSpec spec() {
        Place at = place.orElseThrow();
        String policy = storageClass.orElseThrow().text("parameters", "storagePolicyID");
        String group = vm.annotations().getOrDefault(Labels.ANTI_AFFINITY, "");
        String cluster = vm.labels().getOrDefault(Labels.VM_CLUSTER, "");
        String antiAffinity = group.isEmpty() ? "" : vm.namespace() + "/" + cluster + "/" + group;
        return new VmSpec(
                vm.name(),
                new VmPlacement(at.folder(), at.pool(), UUID.fromString(policy), antiAffinity),
                hardware(vmClass.orElseThrow()),
                vm.text("spec", "imageName"),
                interfaces.stream()
                        .flatMap(Optional::stream)
                        .map(VmRequirements::nic)
                        .toList(),
                userData.orElseThrow(),
                metadata());
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new HashMap<>();
        metadata.put(InventoryFeed.NAMESPACE, vm.namespace());
        metadata.put(InventoryFeed.NAME, vm.name());
        metadata.put(InventoryFeed.UID, vm.uid());
        guest.ifPresent(id -> metadata.put(VmSpec.CLUSTER, id.value()));
        return metadata;
    }

    private static Nic nic(KubeObject card) {
        JsonNode config = card.at("status", "ipConfigs").path(0);
        InterfaceAddress address = InterfaceAddress.of(
                Ipv4Address.parse(config.path("ip").asText()),
                Ipv4Address.parse(config.path("subnetMask").asText()));
        MoRef network = MoRef.parse(card.text("status", "networkID"));
        String gateway = config.path("gateway").asText("");
        return gateway.isEmpty() ? Nic.on(network, address) : Nic.on(network, address, Ipv4Address.parse(gateway));
    }

    static VmHardware hardware(KubeObject vmClass) {
        JsonNode hardware = vmClass.at("spec", "hardware");
        JsonNode requests = vmClass.at("spec", "policies", "resources", "requests");
        return new VmHardware(
                hardware.path("cpus").asInt(1),
                mebi(hardware.path("memory")),
                VmHardware.DEFAULT_DISK_MIB,
                new VmHardware.Reservation(
                        requests.has("cpu")
                                ? Quantity.parse(requests.path("cpu").asText()).toMilli()
                                : 0,
                        requests.has("memory") ? mebi(requests.path("memory")) : 0));
    }

    private static long mebi(JsonNode quantity) {
        return Quantity.parse(quantity.asText("0")).toLong() / MEBI;
    }
}
