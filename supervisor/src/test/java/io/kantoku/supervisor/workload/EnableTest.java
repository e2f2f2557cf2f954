package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.lab.NetworkStack;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a cluster from an accepted specification to a Supervisor. */
class EnableTest {
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
    void refusesAClusterThatDoesNotExistOrIsEnabled() throws InterruptedException {
        assertThatThrownBy(() -> world.workload.enable("domain-c99", world.spec()))
                .isInstanceOfSatisfying(
                        VapiException.class, e -> assertThat(e.error()).isEqualTo(VapiError.NOT_FOUND));
        world.enabled();
        assertThatThrownBy(() -> world.workload.enable(SupervisorWorld.CLUSTER, world.spec()))
                .isInstanceOfSatisfying(
                        VapiException.class, e -> assertThat(e.error()).isEqualTo(VapiError.ALREADY_EXISTS));
    }

    @Test
    void comesUp() throws InterruptedException {
        world.enabled();
        assertThat(world.inventory.machines().list())
                .filteredOn(vm -> vm.name().startsWith(ControlVms.NAME_PREFIX))
                .hasSize(3);
        assertThat(world.supervisor()
                        .list(Resources.CLUSTER_ROLE_BINDINGS, Query.all())
                        .items())
                .anySatisfy(binding -> {
                    assertThat(binding.text("roleRef", "name")).isEqualTo("view");
                    assertThat(binding.at("subjects").get(0).path("name").asText())
                            .isEqualTo("sso:Administrators@vsphere.local");
                });
    }

    @Test
    void theFrontHasThePortThatCanBeBound() {
        KubeObject service = SupervisorObjects.apiService(world.workload.check(world.spec()), 10443);
        assertThat(service.at("spec", "ports").get(0).path("port").asInt()).isEqualTo(10443);
        assertThat(service.at("spec", "ports").get(0).path("targetPort").asInt())
                .isEqualTo(10443);
    }

    @Test
    void goesOnAfterARestart() throws InterruptedException {
        world.enabled();
        WorkloadManagement again = new WorkloadManagement(
                new SupervisorServices(
                        world.inventory,
                        ControlSite.BOOTED,
                        world.clusters,
                        new NoOperators(),
                        world.http,
                        NetworkStack.host(),
                        443,
                        world.clusters::remove,
                        world.clock,
                        new Random(1)),
                world.documents,
                world.vcenter,
                world.changes);
        again.start();
        assertThat(again.list()).singleElement().satisfies(enabled -> {
            assertThat(enabled.cluster()).isEqualTo(SupervisorWorld.CLUSTER);
            assertThat(enabled.id()).isEqualTo(world.workload.list().getFirst().id());
        });
        again.close();
    }

    private static final class NoOperators implements SupervisorOperators {
        @Override
        public List<KubeObject> definitions() {
            return List.of();
        }

        @Override
        public Running start(String cluster, UUID supervisor) {
            return () -> {};
        }
    }
}
