package io.kantoku.vsphere.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Network;
import io.kantoku.vsphere.PoolLimits;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.StoragePolicy;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException.Code;
import io.kantoku.vsphere.library.Release;
import io.kantoku.vsphere.library.ReleaseVersion;
import io.kantoku.vsphere.machine.FakeGuests;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedInventoryTest {
    @TempDir
    Path directory;

    private final InventoryStorage storage = InventoryStorage.inMemory();
    private EmbeddedInventory inventory;

    @BeforeEach
    void open() {
        inventory = Fixture.open(EmbeddedOptions.defaults(), storage, directory, new FakeGuests());
    }

    @Test
    void isTheDefaultLab() {
        Inventory lab = inventory;
        assertThat(lab.about().hostName()).isEqualTo("vcenter.lab");
        assertThat(lab.datacenters()).map(datacenter -> datacenter.name()).containsExactly("dc01");
        assertThat(lab.clusterNamed("cluster01").id()).hasToString("domain-c8");
        assertThat(lab.clusterNamed("cluster01").resourcePool()).hasToString("resgroup-9");
        assertThat(lab.hosts())
                .map(host -> host.id() + " " + host.name())
                .containsExactly("host-10 esx01.lab", "host-12 esx02.lab", "host-14 esx03.lab");
        assertThat(lab.networks()).map(Network::name).containsExactly("management", "workload");
        assertThat(lab.networkNamed("management").id()).hasToString("dvportgroup-21");
        assertThat(lab.storagePolicies()).map(StoragePolicy::name).containsExactly("k8s-storage", "vm-storage");
        assertThat(lab.datastores().getFirst().id()).hasToString("datastore-11");
        assertThat(lab.switches().getFirst().uuid()).matches("50 2a( [0-9a-f]{2}){6}-[0-9a-f]{2}( [0-9a-f]{2}){7}");
        Fixture.assertFails(Code.NOT_FOUND, "no cluster named cluster02", () -> lab.clusterNamed("cluster02"));
        Fixture.assertFails(
                Code.INVALID_ARGUMENT, "is the id of a virtual machine", () -> lab.host(MoRef.parse("vm-1")));
    }

    @Test
    void keepsIdentitiesOverARestart() {
        EmbeddedInventory again = Fixture.open(EmbeddedOptions.defaults(), storage, directory, new FakeGuests());
        assertThat(again.about()).isEqualTo(inventory.about());
        assertThat(again.switches()).isEqualTo(inventory.switches());
        assertThat(again.storagePolicies()).isEqualTo(inventory.storagePolicies());
        assertThat(again.libraries().list()).isEqualTo(inventory.libraries().list());
    }

    @Test
    void holdsAReleaseOfEachMinorFrom118To134() {
        var tkg = inventory.libraries().find("tkg").orElseThrow();
        List<Release> releases = inventory.libraries().releases(tkg.id());
        assertThat(releases)
                .isSorted()
                .map(release -> release.version().minor())
                .containsAll(IntStream.rangeClosed(18, 34).boxed().toList());
        List<ReleaseVersion> versions = releases.stream().map(Release::version).toList();
        assertThat(versions).doesNotHaveDuplicates();
        assertThat(ReleaseVersion.newest("v1.18", versions)).hasToString("Optional[v1.18.20+kantoku.1]");
        assertThat(ReleaseVersion.newest("v1.18.5", versions)).hasToString("Optional[v1.18.5+kantoku.2]");
        assertThat(inventory.libraries().image(releases.getFirst().imageName())).isPresent();
    }

    @Test
    void makesAndDeletesNestedFoldersAndPools() {
        Folder namespaces = inventory.folders().ensure(Fixture.FOLDER, "Namespaces");
        Folder ns1 = inventory.folders().create(namespaces.id(), "ns1");
        assertThat(inventory.folders().ensure(Fixture.FOLDER, "Namespaces")).isEqualTo(namespaces);
        Fixture.assertFails(
                Code.ALREADY_EXISTS, "'ns1' already", () -> inventory.folders().create(namespaces.id(), "ns1"));
        Fixture.assertFails(Code.IN_USE, "not empty", () -> inventory.folders().delete(namespaces.id()));
        Fixture.assertFails(
                Code.NOT_FOUND,
                "no VM folder group-v9999",
                () -> inventory.folders().create(MoRef.parse("group-v9999"), "x"));
        Fixture.assertFails(
                Code.INVALID_ARGUMENT, "root", () -> inventory.folders().delete(Fixture.FOLDER));

        ResourcePool pool = inventory.resourcePools().ensure(Fixture.POOL, "Namespaces");
        PoolLimits limits = new PoolLimits(4800, PoolLimits.UNLIMITED);
        inventory.resourcePools().limit(pool.id(), limits);

        EmbeddedInventory again = Fixture.open(EmbeddedOptions.defaults(), storage, directory, new FakeGuests());
        assertThat(again.folders().child(namespaces.id(), "ns1")).contains(ns1);
        assertThat(again.resourcePools().find(pool.id()).orElseThrow().limits()).isEqualTo(limits);

        inventory.folders().delete(ns1.id());
        inventory.folders().delete(ns1.id());
        inventory.folders().delete(namespaces.id());
        assertThat(inventory.folders().list()).map(Folder::name).containsExactly("vm");
    }

    @Test
    void doesNotDeleteAFolderOrPoolWithAMachineInIt() {
        Folder folder = inventory.folders().create(Fixture.FOLDER, "Namespaces");
        ResourcePool pool = inventory.resourcePools().create(Fixture.POOL, "Namespaces", PoolLimits.NONE);
        VmSpec spec = in(folder, pool, "a");
        MoRef vm = inventory.machines().create(spec).id();
        Fixture.assertFails(Code.IN_USE, "not empty", () -> inventory.folders().delete(folder.id()));
        Fixture.assertFails(
                Code.IN_USE, "not empty", () -> inventory.resourcePools().delete(pool.id()));
        inventory.machines().delete(vm);
        inventory.folders().delete(folder.id());
        inventory.resourcePools().delete(pool.id());
        Fixture.assertFails(
                Code.NOT_FOUND, "VM folder", () -> inventory.machines().create(spec));
    }

    @Test
    void refusesReservationsBeyondTheLimitOfAPoolAbove() {
        ResourcePool above =
                inventory.resourcePools().create(Fixture.POOL, "ns1", new PoolLimits(PoolLimits.UNLIMITED, 6000));
        ResourcePool below = inventory.resourcePools().create(above.id(), "tkc01", PoolLimits.NONE);
        Folder root = inventory.folders().find(Fixture.FOLDER).orElseThrow();
        MoRef first = inventory.machines().create(in(root, below, "a")).id();
        inventory.machines().powerOn(first);
        assertThat(inventory.resourcePools().usage(above.id()).reservedMemoryMiB())
                .isEqualTo(4096);
        Fixture.assertFails(
                Code.INSUFFICIENT_RESOURCES,
                "the resource pool 'ns1' cannot hold 'b': it reserves 4096 MiB of memory, and of the limit of 6000 there are 1904 left",
                () -> inventory.machines().create(in(root, below, "b")));
    }

    private static VmSpec in(Folder folder, ResourcePool pool, String name) {
        VmSpec spec = Fixture.spec(name, VmHardware.guaranteed(2, 4096), "");
        return new VmSpec(
                name,
                new VmPlacement(folder.id(), pool.id(), spec.placement().storagePolicy()),
                spec.hardware(),
                "",
                List.of(),
                spec.userData(),
                spec.metadata());
    }

    @Test
    void theAddressPlanIsTheOneOfTheLab() {
        AddressPlan plan = AddressPlan.lab();
        assertThat(plan.applianceManagement(0)).hasToString("10.44.58.9/24");
        assertThat(plan.applianceWorkload(1)).hasToString("10.44.59.3/24");
        assertThat(plan.controlMachines()).hasToString("10.44.58.50-10.44.58.54");
        assertThat(plan.virtualIps()).hasToString("10.44.59.51-10.44.59.99");
        assertThat(AddressPlan.simulated().nodes()).hasToString("127.44.59.100-127.44.59.254");
        assertThat(plan.nodes().overlaps(plan.virtualIps())).isFalse();
    }
}
