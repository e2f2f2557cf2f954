package io.kantoku.vsphere.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VirtualMachines;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VmSubscription;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.VsphereException.Code;
import io.kantoku.vsphere.machine.FakeGuests;
import io.kantoku.vsphere.machine.StopMode;
import io.kantoku.vsphere.net.InterfaceAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMachinesTest {
    @TempDir
    Path directory;

    private final FakeGuests guests = new FakeGuests();
    private EmbeddedInventory inventory;
    private VirtualMachines machines;

    @BeforeEach
    void open() {
        open(EmbeddedOptions.defaults());
    }

    private void open(EmbeddedOptions options) {
        inventory = Fixture.open(options, InventoryStorage.inMemory(), directory, guests);
        machines = inventory.machines();
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    @Test
    void createsAMachineThatIsOff() {
        VirtualMachine vm = machines.create(Fixture.withAddress("tkc01-control-plane-p8tbw", "127.44.59.100/24"));
        assertThat(vm.id().kind()).isEqualTo(MoRef.Kind.VM);
        assertThat(vm.power()).isEqualTo(PowerState.POWERED_OFF);
        assertThat(vm.guest().state()).isEqualTo(GuestStatus.State.NOT_RUNNING);
        assertThat(vm.biosUuid().toString()).startsWith("422a");
        assertThat(vm.compactBiosUuid()).hasSize(32).matches("[0-9a-f]+");
        assertThat(vm.instanceUuid().toString()).startsWith("502a");
        assertThat(vm.spec().nics().getFirst().mac()).startsWith("00:50:56:aa:");
        assertThat(machines.find(Fixture.FOLDER, "tkc01-control-plane-p8tbw")).contains(vm);
        assertThat(machines.get(vm.id())).isEqualTo(vm);
        assertThat(vm.toString()).doesNotContain("cloud-config");
    }

    @Test
    void bootsStopsAndBootsAgainWithTheSameDisk() throws Exception {
        guests.booting(context -> {
            Path file = context.directory().resolve("boots");
            String before = Files.exists(file) ? Files.readString(file) : "";
            Files.writeString(file, before + "x");
            context.report().running(List.of());
        });
        MoRef vm = machines.create(Fixture.spec("a")).id();
        machines.powerOn(vm);
        VirtualMachine on = Fixture.awaitRunning(inventory, vm);
        assertThat(on.power()).isEqualTo(PowerState.POWERED_ON);
        assertThat(machines.powerOff(vm, StopMode.GRACEFUL).power()).isEqualTo(PowerState.POWERED_OFF);
        assertThat(guests.nextStop()).isEqualTo("a GRACEFUL");
        machines.powerOn(vm);
        Fixture.awaitRunning(inventory, vm);
        machines.restart(vm, StopMode.HARD);
        assertThat(guests.nextStop()).isEqualTo("a HARD");
        Fixture.awaitRunning(inventory, vm);
        Path disk = guests.boots.getLast().directory();
        assertThat(disk.resolve("boots")).hasContent("xxx");
        machines.delete(vm);
        assertThat(disk).doesNotExist();
        assertThat(machines.list()).isEmpty();
        machines.delete(vm);
        Fixture.assertFails(Code.NOT_FOUND, vm.toString(), () -> machines.powerOn(vm));
    }

    @Test
    void powerOperationsOnMachinesInThatStateDoNothing() throws Exception {
        MoRef vm = machines.create(Fixture.spec("a")).id();
        machines.powerOff(vm, StopMode.GRACEFUL);
        machines.powerOn(vm);
        machines.powerOn(vm);
        Fixture.awaitRunning(inventory, vm);
        assertThat(guests.boots).hasSize(1);
        machines.powerOff(vm, StopMode.HARD);
        Fixture.assertFails(Code.NOT_ALLOWED_IN_CURRENT_STATE, "'a' is off", () -> machines.restart(vm, StopMode.HARD));
    }

    @Test
    void aGuestThatDiesIsReportedAndARestartHelps() throws Exception {
        MoRef vm = machines.create(Fixture.spec("a")).id();
        machines.powerOn(vm);
        Fixture.awaitRunning(inventory, vm);
        guests.boots.getFirst().report().failed("etcd lost its disk");
        VirtualMachine failed =
                Fixture.await(inventory, vm, seen -> seen.guest().state() == GuestStatus.State.FAILED);
        assertThat(failed.guest().message()).isEqualTo("etcd lost its disk");
        assertThat(failed.power()).isEqualTo(PowerState.POWERED_ON);
        machines.restart(vm, StopMode.HARD);
        Fixture.awaitRunning(inventory, vm);
        guests.boots.getFirst().report().failed("a late word from the first life");
        assertThat(machines.get(vm).guest().state()).isEqualTo(GuestStatus.State.RUNNING);
    }

    @Test
    void aStateLastsSinceItWasEntered() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        guests.booting(context -> {
            context.report().booting("waiting for the control plane at 127.44.59.52");
            go.await();
            context.report().running(List.of());
        });
        MoRef vm = machines.create(Fixture.spec("a")).id();
        machines.powerOn(vm);
        VirtualMachine waiting =
                Fixture.await(inventory, vm, seen -> seen.guest().message().startsWith("waiting for the control"));
        guests.boots.getFirst().report().booting("almost");
        VirtualMachine almost = machines.get(vm);
        assertThat(almost.guest().message()).isEqualTo("almost");
        assertThat(almost.guest().since()).isEqualTo(waiting.guest().since());
        go.countDown();
        Fixture.awaitRunning(inventory, vm);
    }

    @Test
    void refusesANameOrAddressThatIsTaken() {
        VirtualMachine first = machines.create(Fixture.withAddress("a", "127.44.59.100/24"));
        Fixture.assertFails(Code.ALREADY_EXISTS, "'a' in the folder already", () -> machines.create(Fixture.spec("a")));
        Fixture.assertFails(
                Code.IN_USE,
                "the address 127.44.59.100 on dvportgroup-22 is in use by the machine 'a' (" + first.id() + ")",
                () -> machines.create(Fixture.withAddress("b", "127.44.59.100/24")));
        machines.delete(first.id());
        machines.create(Fixture.withAddress("a", "127.44.59.100/24"));
    }

    @Test
    void refusesSpecificationsThatNameWhatIsNotThere() {
        VmSpec good = Fixture.spec("a");
        VmSpec image = new VmSpec(
                "a",
                good.placement(),
                good.hardware(),
                "ob-1-kantoku-k8s-v1.99.0",
                List.of(),
                good.userData(),
                Map.of());
        Fixture.assertFails(Code.NOT_FOUND, "content library item named ob-1", () -> machines.create(image));
        VmSpec network = good.withNics(
                List.of(Nic.on(MoRef.parse("dvportgroup-99"), InterfaceAddress.parse("127.44.59.100/24"))));
        Fixture.assertFails(Code.NOT_FOUND, "network dvportgroup-99", () -> machines.create(network));
        Fixture.assertFails(Code.INVALID_ARGUMENT, "cannot name a machine", () -> Fixture.spec("a/b"));
        assertThat(machines.list()).isEmpty();
    }

    @Test
    void refusesAMachineThatFitsNoHostAndSaysWhatIsMissing() {
        open(EmbeddedOptions.defaults().withHosts(2).withCapacity(4, 2000, 10_000));
        MoRef a = machines.create(Fixture.spec("a", VmHardware.guaranteed(2, 8000), ""))
                .id();
        MoRef b = machines.create(Fixture.spec("b", VmHardware.guaranteed(2, 7000), ""))
                .id();
        MoRef c = machines.create(Fixture.spec("c", VmHardware.guaranteed(1, 4096), ""))
                .id();
        machines.powerOn(a);
        machines.powerOn(b);
        assertThat(machines.get(a).host()).isNotEqualTo(machines.get(b).host());
        Fixture.assertFails(
                Code.INSUFFICIENT_RESOURCES,
                "no host can hold 'c': it needs 1 processors and reserves 2000 MHz and 4096 MiB, and "
                        + inventory.host(machines.get(b).host()).name()
                        + ", which comes closest, lacks 1096 MiB of memory",
                () -> machines.powerOn(c));
        assertThat(machines.get(c).power()).isEqualTo(PowerState.POWERED_OFF);
        MoRef d = machines.create(Fixture.spec("d", VmHardware.bestEffort(2, 8000), ""))
                .id();
        machines.powerOn(d);
        machines.powerOff(a, StopMode.HARD);
        machines.powerOn(c);
        assertThat(inventory.hosts().stream()
                        .mapToLong(host -> host.usage().reservedMemoryMiB())
                        .sum())
                .isEqualTo(11_096);
    }

    @Test
    void spreadsAGroupOverHostsAndThenDoublesUp() {
        Map<MoRef, Integer> perHost = new TreeMap<>();
        machines.powerOn(machines.create(Fixture.spec("big", VmHardware.bestEffort(2, 100_000), ""))
                .id());
        for (int i = 0; i < 6; i++) {
            MoRef vm = machines.create(Fixture.spec("m" + i, VmHardware.bestEffort(2, 10), "control-plane-group"))
                    .id();
            perHost.merge(machines.powerOn(vm).host(), 1, Integer::sum);
        }
        assertThat(perHost)
                .hasSize(3)
                .allSatisfy((host, count) -> assertThat(count).isEqualTo(2));
    }

    @Test
    void givesNothingToAHostThatIsNotConnected() {
        List<Host> hosts = inventory.hosts();
        inventory.connect(hosts.get(0).id(), Host.Connection.DISCONNECTED);
        inventory.connect(hosts.get(1).id(), Host.Connection.NOT_RESPONDING);
        for (int i = 0; i < 4; i++) {
            MoRef vm = machines.create(Fixture.spec("m" + i)).id();
            assertThat(machines.powerOn(vm).host()).isEqualTo(hosts.get(2).id());
        }
        inventory.connect(hosts.get(2).id(), Host.Connection.DISCONNECTED);
        Fixture.assertFails(Code.INSUFFICIENT_RESOURCES, "none is connected", () -> machines.create(Fixture.spec("x")));
    }

    @Test
    void refusesADiskThatDoesNotFit() {
        open(EmbeddedOptions.defaults().withDatastore(20_000));
        machines.create(Fixture.spec("a"));
        Fixture.assertFails(
                Code.INSUFFICIENT_RESOURCES,
                "datastore01, which lacks 12768 MiB",
                () -> machines.create(Fixture.spec("b")));
    }

    @Test
    void tellsListenersWhatIsThereAndWhatChanges() throws Exception {
        MoRef a = machines.create(Fixture.spec("a")).id();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        VmListener listener = new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                told.add(vm.name() + " " + vm.power() + " " + vm.guest().state());
            }

            @Override
            public void onDeleted(VirtualMachine last) {
                told.add(last.name() + " gone");
            }

            @Override
            public void onSynced() {
                told.add("synced");
            }
        };
        VmSubscription subscription = machines.subscribe(listener);
        assertThat(next(told)).isEqualTo("a POWERED_OFF NOT_RUNNING");
        assertThat(next(told)).isEqualTo("synced");
        machines.powerOn(a);
        String last = next(told);
        while (!last.equals("a POWERED_ON RUNNING")) {
            assertThat(last).startsWith("a POWER").endsWith("BOOTING");
            last = next(told);
        }
        machines.delete(a);
        assertThat(next(told)).isEqualTo("a gone");
        subscription.close();
        MoRef b = machines.create(Fixture.spec("b")).id();
        Fixture.await(inventory, b, seen -> true);
        assertThat(told).isEmpty();
    }

    private static String next(BlockingQueue<String> told) throws InterruptedException {
        String event = told.poll(10, TimeUnit.SECONDS);
        return event == null ? "nothing within 10 s" : event;
    }

    @Test
    void ofConcurrentCreationsOfOneNameExactlyOneSucceeds() throws Exception {
        List<Callable<Boolean>> tries = new ArrayList<>();
        IntStream.range(0, 40)
                .forEach(i -> tries.add(() -> {
                    try {
                        machines.create(Fixture.withAddress("m" + i % 4, "127.44.59." + (100 + i % 4) + "/24"));
                        return true;
                    } catch (VsphereException e) {
                        return false;
                    }
                }));
        int made = 0;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> one : executor.invokeAll(tries)) {
                made += one.get() ? 1 : 0;
            }
        }
        assertThat(made).isEqualTo(4);
        assertThat(machines.list()).map(VirtualMachine::name).containsExactlyInAnyOrder("m0", "m1", "m2", "m3");
    }

    @Test
    void runsHundredsOfMachines() throws Exception {
        List<MoRef> ids = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            ids.add(machines.create(Fixture.spec("m" + i)).id());
        }
        ids.forEach(machines::powerOn);
        for (MoRef id : ids) {
            Fixture.awaitRunning(inventory, id);
        }
        assertThat(inventory.hosts()).allSatisfy(host -> {
            assertThat(host.usage().machines()).isEqualTo(200);
            assertThat(host.freeMemoryMiB()).isNotNegative();
        });
    }

    @Test
    void aClosedInventoryRefusesOperations() {
        MoRef vm = machines.create(Fixture.spec("a")).id();
        inventory.close();
        Fixture.assertFails(Code.NOT_ALLOWED_IN_CURRENT_STATE, "shutting down", () -> machines.powerOn(vm));
        Fixture.assertFails(
                Code.NOT_ALLOWED_IN_CURRENT_STATE, "shutting down", () -> machines.create(Fixture.spec("b")));
    }
}
