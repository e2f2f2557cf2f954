package io.kantoku.vsphere.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkStack;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SimulatedRuntimeTest {
    private static final StopDeadlines SHORT = new StopDeadlines(Duration.ofMillis(50), Duration.ofMillis(200));

    private final FakeGuests guests = new FakeGuests();
    private final Reports reports = new Reports();

    /** What a machine reported, in order. */
    private static final class Reports implements MachineReport {
        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public void poweredOn() {
            all.add("on");
        }

        @Override
        public void booting(String message) {
            all.add("booting " + message);
        }

        @Override
        public void running(List<Ipv4Address> addresses) {
            all.add("running");
        }

        @Override
        public void failed(String reason) {
            all.add("failed " + reason);
        }

        String next() throws InterruptedException {
            String report = all.poll(10, TimeUnit.SECONDS);
            return report == null ? "nothing within 10 s" : report;
        }
    }

    private Machine start(MachineRuntime runtime, String name) {
        VmPlacement placement =
                new VmPlacement(MoRef.Kind.FOLDER.of(3), MoRef.Kind.RESOURCE_POOL.of(9), new UUID(0, 1));
        VmSpec spec =
                new VmSpec(name, placement, VmHardware.bestEffort(2, 4096), "", List.of(), SecretBytes.EMPTY, Map.of());
        Instant now = Instant.EPOCH;
        VirtualMachine vm = new VirtualMachine(
                MoRef.Kind.VM.of(42),
                new UUID(1, 1),
                new UUID(2, 2),
                spec,
                MoRef.Kind.HOST.of(10),
                PowerState.POWERING_ON,
                GuestStatus.booting("", now),
                VirtualMachine.Management.INVENTORY,
                now);
        return runtime.start(vm, Path.of("disk"), reports);
    }

    private SimulatedRuntime runtime(int boots) {
        return new SimulatedRuntime(guests, NetworkStack.host(), boots, SHORT);
    }

    /** Notes what is done with cables, among the ends of guests. */
    private Cabling noting() {
        return new Cabling() {
            @Override
            public NetworkStack connect(VirtualMachine vm) {
                guests.stops.add("connected");
                return NetworkStack.host();
            }

            @Override
            public void disconnect(VirtualMachine vm) {
                guests.stops.add("disconnected");
            }
        };
    }

    @Test
    void aMachineOfTheLabIsConnectedBeforeItBootsAndDisconnectedAfterItsGuestEnded() throws Exception {
        Machine machine = start(new LabRuntime(guests, noting()), "a");
        assertThat(reports.next()).isEqualTo("on");
        assertThat(reports.next()).isEqualTo("running");
        machine.stop(StopMode.GRACEFUL);
        assertThat(guests.stops).containsExactly("connected", "a GRACEFUL", "disconnected");
    }

    @Test
    void aMachineThatIsLetGoOfStaysConnected() throws Exception {
        Machine machine = start(new LabRuntime(guests, noting()), "a");
        assertThat(reports.next()).isEqualTo("on");
        assertThat(reports.next()).isEqualTo("running");
        machine.stop(StopMode.RELEASE);
        assertThat(guests.stops).containsExactly("connected", "a RELEASE");
    }

    @Test
    void bootsAndEndsAGuest() throws Exception {
        Machine machine = start(runtime(1), "a");
        assertThat(reports.next()).isEqualTo("on");
        assertThat(reports.next()).isEqualTo("running");
        machine.stop(StopMode.GRACEFUL);
        assertThat(guests.nextStop()).isEqualTo("a GRACEFUL");
        machine.stop(StopMode.HARD);
        assertThat(guests.stops).isEmpty();
    }

    @Test
    void reportsAGuestThatCannotBoot() throws Exception {
        guests.booting(context -> {
            throw new IOException("address in use");
        });
        start(runtime(1), "a");
        assertThat(reports.next()).isEqualTo("on");
        assertThat(reports.next()).isEqualTo("failed address in use");
    }

    @Test
    void reportsAndEndsAGuestThatDies() throws Exception {
        start(runtime(1), "a");
        assertThat(reports.next()).isEqualTo("on");
        assertThat(reports.next()).isEqualTo("running");
        guests.boots.getFirst().report().failed("out of disk");
        assertThat(reports.next()).isEqualTo("failed out of disk");
        assertThat(guests.nextStop()).isEqualTo("a HARD");
        guests.boots.getFirst().report().running(List.of());
        assertThat(reports.all).isEmpty();
    }

    @Test
    void stopInterruptsABoot() throws Exception {
        CountDownLatch booting = new CountDownLatch(1);
        guests.booting(context -> {
            booting.countDown();
            new CountDownLatch(1).await();
        });
        Machine machine = start(runtime(1), "a");
        booting.await();
        machine.stop(StopMode.GRACEFUL);
        assertThat(reports.all).containsExactly("on");
        assertThat(guests.stops).isEmpty();
    }

    @Test
    void stopTakesAMachineOutOfTheQueueForItsBoot() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        guests.booting(context -> free.await());
        SimulatedRuntime runtime = runtime(1);
        Machine first = start(runtime, "a");
        assertThat(reports.next()).isEqualTo("on");
        Machine second = start(runtime, "b");
        second.stop(StopMode.HARD);
        free.countDown();
        first.stop(StopMode.HARD);
        assertThat(guests.boots).map(GuestContext::name).containsExactly("a");
    }

    @Test
    void endsAGuestHardThatDoesNotEndGracefully() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        guests.stopping((context, mode) -> {
            if (mode == StopMode.GRACEFUL) {
                awaitUninterruptibly(never);
            }
        });
        Machine machine = start(runtime(1), "a");
        assertThat(reports.next()).isEqualTo("on");
        assertThat(reports.next()).isEqualTo("running");
        machine.stop(StopMode.GRACEFUL);
        assertThat(guests.nextStop()).isEqualTo("a HARD");
        never.countDown();
    }

    @Test
    void saysThatAGuestDoesNotEndAndCanBeAskedAgain() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        guests.stopping((context, mode) -> awaitUninterruptibly(held));
        Machine machine = start(runtime(1), "a");
        assertThat(reports.next()).isEqualTo("on");
        assertThat(reports.next()).isEqualTo("running");
        assertThatThrownBy(() -> machine.stop(StopMode.HARD))
                .isInstanceOfSatisfying(
                        VsphereException.class, e -> assertThat(e.code()).isEqualTo(VsphereException.Code.TIMED_OUT));
        held.countDown();
        machine.stop(StopMode.HARD);
    }

    @Test
    void bootsAtMostSoManyGuestsAtOneTime() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(200);
        guests.booting(context -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.yield();
            now.decrementAndGet();
            all.countDown();
        });
        SimulatedRuntime runtime = runtime(4);
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            machines.add(start(runtime, "m" + i));
        }
        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isBetween(1, 4);
        machines.forEach(machine -> machine.stop(StopMode.HARD));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
