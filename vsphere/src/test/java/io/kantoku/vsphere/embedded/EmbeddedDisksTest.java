package io.kantoku.vsphere.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualDisk;
import io.kantoku.vsphere.VsphereException.Code;
import io.kantoku.vsphere.machine.FakeGuests;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDisksTest {
    private static final UUID POLICY = EmbeddedLibraries.stableId("policy/k8s-storage");

    @TempDir
    Path directory;

    private final InventoryStorage storage = InventoryStorage.inMemory();
    private EmbeddedInventory inventory;

    @BeforeEach
    void open() {
        open(EmbeddedOptions.defaults());
    }

    private void open(EmbeddedOptions options) {
        inventory = Fixture.open(options, storage, directory, new FakeGuests());
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private Path seenBy(MoRef vm, VirtualDisk disk) {
        return directory
                .resolve(vm.toString())
                .resolve("attached")
                .resolve(disk.id().toString());
    }

    @Test
    void aDiskKeepsItsContentFromMachineToMachine() throws Exception {
        MoRef first = inventory.machines().create(Fixture.spec("a")).id();
        MoRef second = inventory.machines().create(Fixture.spec("b")).id();
        VirtualDisk disk = inventory.disks().create("pvc-1", POLICY, 1024);
        assertThat(disk.attachedTo()).isEmpty();

        inventory.disks().attach(disk.id(), first);
        inventory.disks().attach(disk.id(), first);
        Files.writeString(seenBy(first, disk).resolve("file"), "kept");
        Fixture.assertFails(
                Code.IN_USE, "is attached to " + first, () -> inventory.disks().attach(disk.id(), second));
        Fixture.assertFails(
                Code.IN_USE, "detach it first", () -> inventory.disks().delete(disk.id()));

        inventory.disks().detach(disk.id(), second);
        assertThat(inventory.disks().find(disk.id()).orElseThrow().attachedTo()).contains(first);
        inventory.disks().detach(disk.id(), first);
        assertThat(seenBy(first, disk)).doesNotExist();
        inventory.disks().attach(disk.id(), second);
        assertThat(seenBy(second, disk).resolve("file")).hasContent("kept");
    }

    @Test
    void aMachineThatGoesLeavesItsDisks() throws Exception {
        MoRef vm = inventory.machines().create(Fixture.spec("a")).id();
        VirtualDisk disk = inventory.disks().create("pvc-1", POLICY, 1);
        inventory.disks().attach(disk.id(), vm);
        Files.writeString(seenBy(vm, disk).resolve("file"), "kept");
        inventory.machines().delete(vm);
        assertThat(inventory.disks().find(disk.id()).orElseThrow().attachedTo()).isEmpty();
        assertThat(directory.resolve("fcd").resolve(disk.id().toString()).resolve("file"))
                .hasContent("kept");
    }

    @Test
    void disksCountOnTheDatastore() {
        close();
        open(EmbeddedOptions.defaults().withDatastore(1000));
        VirtualDisk disk = inventory.disks().create("pvc-1", POLICY, 600);
        assertThat(inventory.datastores().getFirst().freeMiB()).isEqualTo(400);
        Fixture.assertFails(
                Code.INSUFFICIENT_RESOURCES,
                "lacks 1 MiB",
                () -> inventory.disks().create("pvc-2", POLICY, 401));
        Fixture.assertFails(
                Code.INSUFFICIENT_RESOURCES,
                "lacks 1 MiB",
                () -> inventory.disks().expand(disk.id(), 1001));
        assertThat(inventory.disks().expand(disk.id(), 1000).capacityMiB()).isEqualTo(1000);
        assertThat(inventory.disks().expand(disk.id(), 10).capacityMiB()).isEqualTo(1000);
        inventory.disks().delete(disk.id());
        assertThat(inventory.datastores().getFirst().freeMiB()).isEqualTo(1000);
        assertThat(directory.resolve("fcd").resolve(disk.id().toString())).doesNotExist();
        inventory.disks().delete(disk.id());
    }

    @Test
    void refusesWhatCannotBe() {
        inventory.disks().create("pvc-1", POLICY, 1);
        Fixture.assertFails(
                Code.ALREADY_EXISTS, "pvc-1", () -> inventory.disks().create("pvc-1", POLICY, 1));
        Fixture.assertFails(
                Code.NOT_FOUND, "storage policy", () -> inventory.disks().create("x", new UUID(1, 2), 1));
        Fixture.assertFails(
                Code.INVALID_ARGUMENT, "one MiB", () -> inventory.disks().create("x", POLICY, 0));
        Fixture.assertFails(
                Code.NOT_FOUND, "disk", () -> inventory.disks().attach(new UUID(1, 2), MoRef.parse("vm-1")));
    }

    @Test
    void disksAndTheirMachinesAreThereAgainAfterARestart() throws Exception {
        MoRef vm = inventory.machines().create(Fixture.spec("a")).id();
        VirtualDisk disk = inventory.disks().create("pvc-1", POLICY, 3);
        inventory.disks().attach(disk.id(), vm);
        Files.delete(seenBy(vm, disk)); // the record is written first, and a crash came before the link
        Path left = Files.createDirectories(directory.resolve("fcd").resolve(new UUID(3, 4).toString()));
        close();
        open();
        assertThat(inventory.disks().list()).containsExactly(disk.with(Optional.of(vm)));
        assertThat(Files.exists(seenBy(vm, disk), LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(left).doesNotExist();
    }
}
