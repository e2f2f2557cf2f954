package io.kantoku.vsphere.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VmSubscription;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.machine.FakeGuests;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import io.kantoku.vsphere.net.InterfaceAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An embedded inventory with fake guests, in which specs are short to write. */
final class Fixture {
    static final MoRef FOLDER = MoRef.parse("group-v3");
    static final MoRef POOL = MoRef.parse("resgroup-9");
    static final MoRef WORKLOAD = MoRef.parse("dvportgroup-22");

    private Fixture() {}

    static EmbeddedInventory open(EmbeddedOptions options, InventoryStorage storage, Path disks, FakeGuests guests) {
        return EmbeddedInventory.open(
                options,
                storage,
                disks,
                new SimulatedRuntime(guests),
                new EmbeddedInventory.Sources(InstantSource.system(), new Random(7)));
    }

    static VmSpec spec(String name) {
        return spec(name, VmHardware.guaranteed(2, 4096), "");
    }

    static VmSpec spec(String name, VmHardware hardware, String group) {
        return new VmSpec(
                name,
                new VmPlacement(FOLDER, POOL, EmbeddedLibraries.stableId("policy/k8s-storage"), group),
                hardware,
                "",
                List.of(),
                SecretBytes.utf8("#cloud-config\n"),
                Map.of());
    }

    static VmSpec withAddress(String name, String address) {
        return spec(name).withNics(List.of(Nic.on(WORKLOAD, InterfaceAddress.parse(address))));
    }

    /** Waits for the machine to be in such a state. */
    static VirtualMachine await(EmbeddedInventory inventory, MoRef id, Predicate<VirtualMachine> state)
            throws Exception {
        CompletableFuture<VirtualMachine> seen = new CompletableFuture<>();
        VmListener listener = new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                if (vm.id().equals(id) && state.test(vm)) {
                    seen.complete(vm);
                }
            }

            @Override
            public void onDeleted(VirtualMachine last) {}
        };
        try (VmSubscription _ = inventory.machines().subscribe(listener)) {
            return seen.get(10, TimeUnit.SECONDS);
        }
    }

    static VirtualMachine awaitRunning(EmbeddedInventory inventory, MoRef id) throws Exception {
        return await(inventory, id, vm -> vm.guest().state() == GuestStatus.State.RUNNING);
    }

    static void assertFails(VsphereException.Code code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VsphereException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
