package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.WorkloadManagement.Software;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Supervisor goes from one version to the next, a control VM at a time. */
class UpgradeTest {
    private static final String NEXT = SupervisorVersions.all().get(1);

    @TempDir
    Path disks;

    private SupervisorWorld world;

    @BeforeEach
    void start() throws IOException {
        world = new SupervisorWorld(disks);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void replacesTheMachinesOneByOneWhileTwoServe() throws InterruptedException {
        world.enabled();
        Set<String> before = ids();
        FewestRunning fewest = new FewestRunning();
        try (var _ = world.inventory.machines().subscribe(fewest)) {
            world.workload.upgrade(SupervisorWorld.CLUSTER, NEXT);
            awaitUpgraded(world.workload);
        }
        assertThat(ids()).hasSize(3).doesNotContainAnyElementsOf(before);
        assertThat(fewest.count()).isEqualTo(2);
        assertThat(control()).allMatch(vm -> ControlVm.versionOf(vm).equals(NEXT));
        assertThat(world.supervisor().list(Resources.NODES, Query.all()).items())
                .extracting(KubeObject::name)
                .containsExactlyInAnyOrderElementsOf(
                        control().stream().map(vm -> vm.biosUuid().toString()).toList());
        assertThat(world.workload.software(SupervisorWorld.CLUSTER)).isEqualTo(new Software(NEXT, NEXT, 3, 3));
    }

    @Test
    void goesOneMinorAtATimeAndOnlyUp() throws InterruptedException {
        world.enabled();
        List<String> all = SupervisorVersions.all();
        assertThatThrownBy(() -> world.workload.upgrade(SupervisorWorld.CLUSTER, all.getLast()))
                .isInstanceOf(VapiException.class)
                .hasMessageContaining("can go to " + NEXT);
        world.workload.upgrade(SupervisorWorld.CLUSTER, NEXT);
        assertThatThrownBy(() -> world.workload.upgrade(SupervisorWorld.CLUSTER, all.getFirst()))
                .isInstanceOf(VapiException.class);
        awaitUpgraded(world.workload);
        assertThat(SupervisorVersions.upgradesOf(all.getLast())).isEmpty();
    }

    @Test
    void goesOnAfterARestartInTheMiddle() throws InterruptedException {
        world.enabled();
        CountDownLatch first = new CountDownLatch(1);
        try (var _ = world.inventory.machines().subscribe(new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                if (ControlVm.versionOf(vm).equals(NEXT)) {
                    first.countDown();
                }
            }

            @Override
            public void onDeleted(VirtualMachine last) {
                // what comes in its place is awaited
            }
        })) {
            world.workload.upgrade(SupervisorWorld.CLUSTER, NEXT);
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        }
        world.workload.close();
        try (WorkloadManagement again = world.management()) {
            again.start();
            awaitUpgraded(again);
        }
    }

    private void awaitUpgraded(WorkloadManagement management) throws InterruptedException {
        for (int i = 0; i < 400; i++) {
            Software software = management.software(SupervisorWorld.CLUSTER);
            boolean settled = management
                    .find(SupervisorWorld.CLUSTER)
                    .orElseThrow()
                    .status()
                    .message()
                    .isEmpty();
            if (software.current().equals(NEXT) && software.completed() == 3 && settled) {
                return;
            }
            Thread.sleep(25); // bounded: the test fails below
        }
        throw new AssertionError("not upgraded: " + management.find(SupervisorWorld.CLUSTER));
    }

    private List<VirtualMachine> control() {
        return world.inventory.machines().list().stream()
                .filter(vm -> vm.name().startsWith(ControlVms.NAME_PREFIX))
                .toList();
    }

    private Set<String> ids() {
        return control().stream().map(vm -> vm.id().toString()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The lowest number of control VMs that ran at any moment. */
    private static final class FewestRunning implements VmListener {
        private final Map<String, Boolean> running = new HashMap<>();
        private final AtomicInteger fewest = new AtomicInteger(3);

        @Override
        public synchronized void onPresent(VirtualMachine vm) {
            count(vm, vm.guest().state() == GuestStatus.State.RUNNING);
        }

        @Override
        public synchronized void onDeleted(VirtualMachine last) {
            count(last, false);
        }

        private void count(VirtualMachine vm, boolean runs) {
            if (vm.name().startsWith(ControlVms.NAME_PREFIX)) {
                running.put(vm.id().toString(), runs);
                if (running.size() >= 3) {
                    fewest.accumulateAndGet(
                            (int) running.values().stream()
                                    .filter(value -> value)
                                    .count(),
                            Math::min);
                }
            }
        }

        int count() {
            return fewest.get();
        }
    }
}
