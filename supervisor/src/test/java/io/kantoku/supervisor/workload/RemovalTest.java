package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.supervisor.Changes;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Supervisor is taken down whole, also when Kantoku ends in the middle. */
class RemovalTest {
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
    void nothingIsLeft() throws InterruptedException {
        world.enabled();
        world.workload.disable(SupervisorWorld.CLUSTER);
        world.awaitGone(world.workload);
        assertNothingIsLeft();
    }

    @Test
    void aClusterThatIsNotEnabledIsNotFound() {
        assertThatThrownBy(() -> world.workload.disable(SupervisorWorld.CLUSTER))
                .isInstanceOfSatisfying(
                        VapiException.class, e -> assertThat(e.error()).isEqualTo(VapiError.NOT_FOUND));
    }

    @Test
    void itCanBeEnabledAgain() throws InterruptedException {
        world.enabled();
        world.workload.disable(SupervisorWorld.CLUSTER);
        world.awaitGone(world.workload);
        world.closeVip();
        world.enabled();
        assertThat(world.status().state()).isEqualTo(SupervisorStatus.State.RUNNING);
    }

    @Test
    void oneThatIsBeingEnabledCanBeDisabled() throws InterruptedException {
        world.workload.enable(SupervisorWorld.CLUSTER, world.spec());
        world.workload.disable(SupervisorWorld.CLUSTER);
        world.awaitGone(world.workload);
        assertNothingIsLeft();
    }

    /** Ends when a step is done, and goes on in a new object on what the old one left. */
    @ParameterizedTest
    @ValueSource(strings = {"", "NAMESPACES", "SERVICES"})
    void goesOnAfterARestartInTheMiddle(String after) throws InterruptedException {
        world.enabled();
        CountDownLatch reached = new CountDownLatch(1);
        Changes.Subscription watching = world.changes.subscribe((_, _) -> {
            boolean there = world.workload.find(SupervisorWorld.CLUSTER).stream()
                    .flatMap(enabled -> enabled.status().steps().stream())
                    .anyMatch(step -> after.isEmpty()
                            || (step.id().equals(after) && step.ended().isPresent()));
            if (there) {
                reached.countDown();
            }
        });
        world.workload.disable(SupervisorWorld.CLUSTER);
        reached.await(2, TimeUnit.SECONDS);
        watching.close();
        world.workload.close();
        WorkloadManagement again = world.management();
        again.start();
        world.awaitGone(again);
        again.close();
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(world.clusters.ids()).doesNotContain(ClusterId.SUPERVISOR);
        assertThat(world.inventory.machines().list()).isEmpty();
        assertThat(world.inventory.folders().list())
                .noneMatch(folder -> folder.name().equals("Namespaces"));
        assertThat(world.inventory.resourcePools().list())
                .noneMatch(pool -> pool.name().equals("Namespaces"));
        assertThat(world.documents.list("workload/clusters/")).isEmpty();
        assertThat(world.documents.list("workload/namespaces/")).isEmpty();
    }
}
