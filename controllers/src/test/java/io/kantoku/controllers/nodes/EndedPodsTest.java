package io.kantoku.controllers.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.client.fake.Simulation;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndedPodsTest {
    private final Simulation simulation = new Simulation();
    private final FakeClusters clusters = FakeClusters.in(simulation);
    private final FakeKubeClient client = clusters.cluster(ClusterId.SUPERVISOR);

    private void pod(String name, String status) {
        KubeObject pod = client.create(
                Resources.PODS,
                World.object("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                        + "','namespace':'default'},'spec':{'containers':[]}}"));
        pod.json()
                .set("status", World.object("{'status':" + status + "}").json().get("status"));
        client.updateStatus(Resources.PODS, pod);
        simulation.advance(Duration.ofSeconds(1));
    }

    @Test
    void removesWhatIsTooMuchEvictedOnesFirstThenTheOldest() {
        EndedPods ended = new EndedPods(clusters, 3);
        try (ControllerGroup group = new ControllerGroup(
                clusters,
                simulation.settings(),
                List.of(Controller.named("ended")
                        .kind("Cluster")
                        .reconciler(ended)
                        .watches(Resources.PODS, ended.observer(), ended.pods())
                        .build()))) {
            group.start();
            pod("running", "{'phase':'Running'}");
            pod("old", "{'phase':'Succeeded'}");
            pod("failed", "{'phase':'Failed'}");
            pod("evicted", "{'phase':'Failed','reason':'Evicted'}");
            assertThat(names()).containsExactlyInAnyOrder("running", "old", "failed", "evicted");

            pod("newer", "{'phase':'Succeeded'}");
            assertThat(names()).containsExactlyInAnyOrder("running", "old", "failed", "newer");
            pod("newest", "{'phase':'Succeeded'}");
            assertThat(names()).containsExactlyInAnyOrder("running", "failed", "newer", "newest");
        }
    }

    private List<String> names() {
        return client.list(Resources.PODS, Query.all()).items().stream()
                .map(KubeObject::name)
                .toList();
    }
}
