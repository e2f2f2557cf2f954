package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.tkg.explain.Explanation;
import io.kantoku.tkg.explain.Link;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.vsphere.embedded.EmbeddedOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {
    @TempDir
    Path disks;

    @Test
    void findsNothingToBlockAHealthyCluster() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 1));
            ClusterLifeTest.ready(world, "tkc01");
            Explanation explanation = Explanation.of(world.supervisor(), "ns1", "tkc01");
            assertThat(explanation.blocker())
                    .as(explanation.text(Instant.now()))
                    .isEmpty();
            assertThat(explanation.text(Instant.now())).contains("Nothing blocks");
        }
    }

    @Test
    void namesTheServiceThatTheLoadBalancerDoesNotServe() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.balancer.fail(DataPlaneException.Code.UNREACHABLE, "https://127.44.58.9:5556 does not answer");
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 1));
            waitFor(
                    world,
                    why -> why.reason().equals("WaitingForLoadBalancerIP")
                            && why.message().contains("https://127.44.58.9:5556 does not answer"));
            Link blocker = blocker(world);
            assertThat(blocker.kind()).isEqualTo("Service");
            assertThat(blocker.reason()).isEqualTo("LoadBalancerUnreachable");
            assertThat(blocker.todo()).contains("Data Plane API");

            world.balancer.recover();
            ClusterLifeTest.ready(world, "tkc01");
        }
    }

    @Test
    void namesTheCardThatGetsNoAddress() throws Exception {
        try (TkgWorld world = new TkgWorld(disks, EmbeddedOptions.defaults(), "127.44.59.51", 9, "127.44.59.100", 2)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 2));
            waitFor(world, why -> why.message().contains("all 2 addresses"));
            Link blocker = blocker(world);
            assertThat(blocker.kind()).isEqualTo("NetworkInterface");
            assertThat(blocker.message()).contains("workload-0 (127.44.59.100-127.44.59.101)");
            ClusterLifeTest.scaleWorkers(world, "tkc01", 1);
            ClusterLifeTest.ready(world, "tkc01");
        }
    }

    @Test
    void namesTheMachineThatNoHostCanHold() throws Exception {
        EmbeddedOptions small = EmbeddedOptions.defaults().withHosts(1).withCapacity(8, 2400, 6 * 1024);
        try (TkgWorld world = new TkgWorld(disks, small, "127.44.59.51", 9, "127.44.59.100", 9)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 1));
            waitFor(world, why -> why.message().contains("INSUFFICIENT_RESOURCES"));
            Link blocker = blocker(world);
            assertThat(blocker.kind()).isEqualTo("VirtualMachine");
            assertThat(blocker.todo()).contains("free resources");
        }
    }

    private static void waitFor(TkgWorld world, Predicate<Condition> why) throws Exception {
        world.await(
                Kinds.TANZU_CLUSTER,
                "ns1",
                "tkc01",
                tkc -> Conditions.find(tkc, "Ready").filter(why).isPresent());
    }

    private static Link blocker(TkgWorld world) {
        Explanation explanation = Explanation.of(world.supervisor(), "ns1", "tkc01");
        return explanation.blocker().orElseThrow(() -> new AssertionError(explanation.text(Instant.now())));
    }
}
