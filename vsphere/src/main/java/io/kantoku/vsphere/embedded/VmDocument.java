package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VirtualMachine.Management;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A machine as it is kept: what it was made from, where it runs, and whether it is to be on. What its guest does is not kept.
 */
public final class VmDocument {
    public static final String PREFIX = "vm/";
    private static final int VERSION = 1;

    private VmDocument() {}

    public static String key(MoRef vm) {
        return PREFIX + vm;
    }

    public static ObjectNode write(VirtualMachine vm) {
        VmSpec spec = vm.spec();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("version", VERSION)
                .put("id", vm.id().toString())
                .put("biosUuid", vm.biosUuid().toString())
                .put("instanceUuid", vm.instanceUuid().toString())
                .put("host", vm.host().toString())
                .put("on", vm.isOn())
                .put("management", vm.management().name())
                .put("createdAt", vm.createdAt().toString())
                .put("name", spec.name())
                .put("folder", spec.placement().folder().toString())
                .put("resourcePool", spec.placement().resourcePool().toString())
                .put("storagePolicy", spec.placement().storagePolicy().toString())
                .put("antiAffinityGroup", spec.placement().antiAffinityGroup())
                .put("cpus", spec.hardware().cpus())
                .put("memoryMiB", spec.hardware().memoryMiB())
                .put("diskMiB", spec.hardware().diskMiB())
                .put("reservedCpuMillis", spec.hardware().reservation().cpuMillis())
                .put("reservedMemoryMiB", spec.hardware().reservation().memoryMiB())
                .put("image", spec.image())
                .put("userData", spec.userData().bytes());
        spec.nics().forEach(nic -> {
            ObjectNode card = document.withArray("nics").addObject();
            card.put("network", nic.network().toString())
                    .put("address", nic.address().toString())
                    .put("mac", nic.mac());
            nic.gateway().ifPresent(gateway -> card.put("gateway", gateway.toString()));
        });
        ObjectNode metadata = document.putObject("metadata");
        spec.metadata().forEach(metadata::put);
        return document;
    }

    /** The machine as it is before anything is started: one that is to be on is {@code POWERING_ON}. */
    public static VirtualMachine read(String key, JsonNode document, Instant now) {
        try {
            if (document.path("version").asInt() != VERSION) {
                throw new IllegalArgumentException(
                        "its version is " + document.path("version") + ", known is " + VERSION);
            }
            boolean on = document.path("on").asBoolean();
            return new VirtualMachine(
                    MoRef.parse(text(document, "id")),
                    UUID.fromString(text(document, "biosUuid")),
                    UUID.fromString(text(document, "instanceUuid")),
                    spec(document),
                    MoRef.parse(text(document, "host")),
                    on ? PowerState.POWERING_ON : PowerState.POWERED_OFF,
                    on
                            ? GuestStatus.booting("waiting for the inventory to start its machines", now)
                            : GuestStatus.notRunning(now),
                    Management.valueOf(text(document, "management")),
                    Instant.parse(text(document, "createdAt")));
        } catch (IllegalArgumentException | java.time.DateTimeException | VsphereException | IOException e) {
            throw new VsphereException(
                    VsphereException.Code.INTERNAL,
                    "the inventory's document " + key + " cannot be read: " + e.getMessage()
                            + "; restore it, or move it away to lose that machine only",
                    e);
        }
    }

    private static VmSpec spec(JsonNode document) throws IOException {
        VmPlacement placement = new VmPlacement(
                MoRef.parse(text(document, "folder")),
                MoRef.parse(text(document, "resourcePool")),
                UUID.fromString(text(document, "storagePolicy")),
                text(document, "antiAffinityGroup"));
        VmHardware hardware = new VmHardware(
                document.path("cpus").asInt(),
                document.path("memoryMiB").asLong(),
                document.path("diskMiB").asLong(),
                new VmHardware.Reservation(
                        document.path("reservedCpuMillis").asLong(),
                        document.path("reservedMemoryMiB").asLong()));
        List<Nic> nics = new ArrayList<>();
        for (JsonNode card : document.path("nics")) {
            nics.add(new Nic(
                    MoRef.parse(text(card, "network")),
                    InterfaceAddress.parse(text(card, "address")),
                    card.has("gateway") ? Ipv4Address.parse(text(card, "gateway")) : null,
                    text(card, "mac")));
        }
        Map<String, String> metadata = new TreeMap<>();
        document.path("metadata")
                .properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
        return new VmSpec(
                text(document, "name"),
                placement,
                hardware,
                text(document, "image"),
                nics,
                userData(document),
                metadata);
    }

    private static SecretBytes userData(JsonNode document) throws IOException {
        byte[] bytes = document.path("userData").binaryValue();
        if (bytes == null) {
            throw new IllegalArgumentException("it has no bytes in its field 'userData'");
        }
        return SecretBytes.of(bytes);
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("it has no text in its field '" + field + "'");
        }
        return value.textValue();
    }
}
