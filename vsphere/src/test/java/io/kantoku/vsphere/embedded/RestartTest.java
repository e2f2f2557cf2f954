package io.kantoku.vsphere.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.VsphereException.Code;
import io.kantoku.vsphere.machine.FakeGuests;
import io.kantoku.vsphere.machine.Machine;
import io.kantoku.vsphere.machine.MachineReport;
import io.kantoku.vsphere.machine.MachineRuntime;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import io.kantoku.vsphere.machine.StopMode;
import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.Ipv4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {
    @TempDir
    Path directory;

    private final FakeGuests guests = new FakeGuests();

    private EmbeddedInventory open() {
        return EmbeddedInventory.open(EmbeddedOptions.defaults(), directory, new SimulatedRuntime(guests));
    }

    private static VmSpec full(String name) {
        VmSpec spec = Fixture.spec(name);
        return new VmSpec(
                name,
                spec.placement(),
                spec.hardware(),
                "ob-20100101-kantoku-k8s-v1.18.5---kantoku.1",
                List.of(Nic.on(
                        Fixture.WORKLOAD,
                        InterfaceAddress.parse("127.44.59.100/24"),
                        Ipv4Address.parse("127.44.59.1"))),
                SecretBytes.of(new byte[] {0, -1, 7}),
                Map.of("role", "control-plane"));
    }

    @Test
    void machinesAreThereAgainAndThoseThatWereOnBoot() throws Exception {
        VirtualMachine on;
        VirtualMachine off;
        try (EmbeddedInventory inventory = open()) {
            on = inventory.machines().create(full("on"));
            off = inventory.machines().create(Fixture.spec("off"));
            inventory.machines().powerOn(on.id());
            inventory.machines().powerOn(off.id());
            Fixture.awaitRunning(inventory, on.id());
            Fixture.awaitRunning(inventory, off.id());
            inventory.machines().powerOff(off.id(), StopMode.HARD);
            assertThat(guests.nextStop()).isEqualTo("off HARD");
        }
        assertThat(guests.nextStop()).isEqualTo("on RELEASE");

        guests.boots.clear();
        try (EmbeddedInventory inventory = open()) {
            VirtualMachine restored = inventory.machines().get(on.id());
            assertThat(restored.spec()).isEqualTo(on.spec());
            assertThat(restored.biosUuid()).isEqualTo(on.biosUuid());
            assertThat(restored.instanceUuid()).isEqualTo(on.instanceUuid());
            assertThat(restored.createdAt()).isEqualTo(on.createdAt());
            assertThat(restored.power()).isEqualTo(PowerState.POWERING_ON);
            assertThat(inventory.machines().get(off.id()).power()).isEqualTo(PowerState.POWERED_OFF);
            assertThat(guests.boots).isEmpty();
            inventory.start();
            Fixture.awaitRunning(inventory, on.id());
            assertThat(guests.boots)
                    .singleElement()
                    .satisfies(
                            context -> assertThat(context.userData()).isEqualTo(SecretBytes.of(new byte[] {0, -1, 7})));
            MoRef next = inventory.machines().create(Fixture.spec("next")).id();
            assertThat(next).isNotIn(on.id(), off.id());
        }
    }

    @Test
    void aMachineThatWasStoppedWhileWaitingForTheStartStaysOff() throws Exception {
        MoRef vm;
        try (EmbeddedInventory inventory = open()) {
            vm = inventory.machines().create(Fixture.spec("a")).id();
            inventory.machines().powerOn(vm);
        }
        guests.boots.clear();
        try (EmbeddedInventory inventory = open()) {
            inventory.machines().powerOff(vm, StopMode.GRACEFUL);
            inventory.start();
            assertThat(inventory.machines().get(vm).power()).isEqualTo(PowerState.POWERED_OFF);
            assertThat(guests.boots).isEmpty();
        }
    }

    @Test
    void machinesOfHostsThatAreGoneMoveToOthers() throws Exception {
        List<MoRef> ids;
        try (EmbeddedInventory inventory = open()) {
            ids = Stream.of("a", "b", "c")
                    .map(name -> inventory.machines().create(Fixture.spec(name)).id())
                    .toList();
            ids.forEach(inventory.machines()::powerOn);
            assertThat(inventory.machines().list()).map(VirtualMachine::host).doesNotHaveDuplicates();
        }
        EmbeddedOptions smaller = EmbeddedOptions.defaults().withHosts(1);
        try (EmbeddedInventory inventory = EmbeddedInventory.open(smaller, directory, new SimulatedRuntime(guests))) {
            inventory.start();
            for (MoRef id : ids) {
                assertThat(Fixture.awaitRunning(inventory, id).host())
                        .isEqualTo(inventory.hosts().getFirst().id());
            }
        }
    }

    @Test
    void aMachineThatCannotBeStartedSaysWhy() {
        MachineRuntime broken = new MachineRuntime() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public String description() {
                return "starts nothing";
            }

            @Override
            public Machine start(VirtualMachine vm, Path disk, MachineReport report) {
                throw new VsphereException(Code.INTERNAL, "no namespace left");
            }
        };
        MoRef id;
        try (EmbeddedInventory inventory = EmbeddedInventory.open(EmbeddedOptions.defaults(), directory, broken)) {
            id = inventory.machines().create(Fixture.spec("a")).id();
            Fixture.assertFails(
                    Code.INTERNAL,
                    "no namespace left",
                    () -> inventory.machines().powerOn(id));
            assertThat(inventory.machines().get(id).guest().state()).isEqualTo(GuestStatus.State.FAILED);
        }
        try (EmbeddedInventory inventory = EmbeddedInventory.open(EmbeddedOptions.defaults(), directory, broken)) {
            inventory.start();
            assertThat(inventory.machines().get(id).guest().message()).isEqualTo("no namespace left");
            assertThat(inventory.machines().powerOff(id, StopMode.HARD).power()).isEqualTo(PowerState.POWERED_OFF);
        }
    }

    @Test
    void anApplianceKeepsItsIdentityAndIsOffUntilItIsReported() {
        MoRef id;
        VmSpec haproxy = Fixture.withAddress("haproxy01", "127.44.59.2/24");
        try (EmbeddedInventory inventory = open()) {
            Appliance appliance = inventory.registerAppliance(haproxy);
            id = appliance.id();
            appliance.running(List.of(Ipv4Address.parse("127.44.59.2")));
            assertThat(inventory.machines().get(id).guest().state()).isEqualTo(GuestStatus.State.RUNNING);
            Fixture.assertFails(
                    Code.NOT_ALLOWED_IN_CURRENT_STATE,
                    "'haproxy01' is not run by the inventory",
                    () -> inventory.machines().powerOff(id, StopMode.HARD));
            Fixture.assertFails(
                    Code.NOT_ALLOWED_IN_CURRENT_STATE,
                    "not run by",
                    () -> inventory.machines().delete(id));
        }
        try (EmbeddedInventory inventory = open()) {
            inventory.start();
            assertThat(inventory.machines().get(id).power()).isEqualTo(PowerState.POWERED_OFF);
            Appliance again = inventory.registerAppliance(haproxy);
            assertThat(again.id()).isEqualTo(id);
            Appliance moved = inventory.registerAppliance(Fixture.withAddress("haproxy01", "127.44.59.3/24"));
            assertThat(moved.id()).isNotEqualTo(id);
            moved.unregister();
            assertThat(inventory.machines().list()).isEmpty();
        }
        assertThat(guests.boots).isEmpty();
    }

    @Test
    void sweepsDisksThatBelongToNoMachine() throws Exception {
        Path orphan = Files.createDirectories(directory.resolve("machines/vm-7/etcd"));
        Files.writeString(orphan.resolve("db"), "x");
        Path other = Files.createDirectories(directory.resolve("machines/lost+found"));
        open().close();
        assertThat(orphan).doesNotExist();
        assertThat(directory.resolve("machines/vm-7")).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void namesADocumentThatItCannotRead() throws Exception {
        try (EmbeddedInventory inventory = open()) {
            inventory.machines().create(Fixture.spec("a"));
        }
        Path document = directory.resolve("inventory/vm/vm-41.json");
        Files.writeString(document, Files.readString(document).replace("\"biosUuid\":\"42", "\"biosUuid\":\"zz"));
        Fixture.assertFails(Code.INTERNAL, "the inventory's document vm/vm-41 cannot be read", this::open);
        Files.writeString(document, "{");
        Fixture.assertFails(Code.INTERNAL, document.toString(), this::open);
    }

    @Test
    void whatCannotBeKeptIsNotDone() throws Exception {
        FailingStorage storage = new FailingStorage(InventoryStorage.inMemory());
        try (EmbeddedInventory inventory =
                Fixture.open(EmbeddedOptions.defaults(), storage, directory.resolve("machines"), guests)) {
            MoRef vm = inventory.machines().create(Fixture.spec("a")).id();
            storage.failing = true;
            Fixture.assertFails(
                    Code.INTERNAL, "disk full", () -> inventory.machines().create(Fixture.spec("b")));
            Fixture.assertFails(
                    Code.INTERNAL, "disk full", () -> inventory.machines().powerOn(vm));
            assertThat(inventory.machines().list()).map(VirtualMachine::name).containsExactly("a");
            assertThat(inventory.machines().get(vm).power()).isEqualTo(PowerState.POWERED_OFF);
            storage.failing = false;
            inventory.machines().create(Fixture.spec("b"));
            inventory.machines().powerOn(vm);
            Fixture.awaitRunning(inventory, vm);
            storage.failing = true;
            Fixture.assertFails(
                    Code.INTERNAL, "disk full", () -> inventory.machines().powerOff(vm, StopMode.HARD));
            assertThat(inventory.machines().get(vm).guest().state()).isEqualTo(GuestStatus.State.RUNNING);
        }
    }

    /** A storage whose disk is full at times. */
    private static final class FailingStorage implements InventoryStorage {
        private final InventoryStorage inner;
        private volatile boolean failing;

        FailingStorage(InventoryStorage inner) {
            this.inner = inner;
        }

        @Override
        public Optional<JsonNode> get(String key) {
            return inner.get(key);
        }

        @Override
        public void put(String key, JsonNode document) {
            if (failing) {
                throw new VsphereException(Code.INTERNAL, "disk full");
            }
            inner.put(key, document);
        }

        @Override
        public void delete(String key) {
            inner.delete(key);
        }

        @Override
        public SortedMap<String, JsonNode> list(String prefix) {
            return inner.list(prefix);
        }
    }
}
