package io.kantoku.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    private final Simulation simulation = new Simulation();
    private final FakeClusters clusters = FakeClusters.in(simulation);
    private final KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
    private final Events events = new Events(clusters, "test-controller", simulation);
    private final KubeObject pod =
            client.create(Resources.PODS, KubeObject.create(new GroupVersionKind("", "v1", "Pod"), "ns1", "web"));

    private List<KubeObject> recorded() {
        return client.list(Resources.EVENTS, Query.all()).items();
    }

    @Test
    void writesWhatDescribeShows() {
        events.warning(ClusterId.SUPERVISOR, pod, "FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.");
        assertThat(recorded()).singleElement().satisfies(event -> {
            assertThat(event.namespace()).isEqualTo("ns1");
            assertThat(event.name()).startsWith("web.");
            assertThat(event.text("involvedObject", "kind")).isEqualTo("Pod");
            assertThat(event.text("involvedObject", "uid")).isEqualTo(pod.uid());
            assertThat(event.text("type")).isEqualTo("Warning");
            assertThat(event.text("source", "component")).isEqualTo("test-controller");
            assertThat(event.text("count")).isEqualTo("1");
        });
    }

    @Test
    void countsRepetitionsInsteadOfAddingEvents() {
        for (int i = 0; i < 3; i++) {
            events.normal(ClusterId.SUPERVISOR, pod, "Pulled", "again");
            simulation.advance(Duration.ofSeconds(10));
        }
        assertThat(recorded()).singleElement().satisfies(event -> {
            assertThat(event.text("count")).isEqualTo("3");
            assertThat(event.text("firstTimestamp")).isNotEqualTo(event.text("lastTimestamp"));
        });
    }

    @Test
    void startsAgainWhenTheEventWasDeleted() {
        events.normal(ClusterId.SUPERVISOR, pod, "Pulled", "again");
        client.delete(Resources.EVENTS, recorded().getFirst().namespacedName(), DeleteOptions.background());
        simulation.advance(Duration.ofSeconds(1));
        events.normal(ClusterId.SUPERVISOR, pod, "Pulled", "again");
        assertThat(recorded())
                .singleElement()
                .satisfies(event -> assertThat(event.text("count")).isEqualTo("1"));
    }

    @Test
    void limitsWhatOneObjectMayWrite() {
        for (int i = 0; i < 100; i++) {
            events.normal(ClusterId.SUPERVISOR, pod, "Loop", "message " + i);
        }
        assertThat(recorded()).hasSize(25);
        simulation.advance(Duration.ofMinutes(5));
        events.normal(ClusterId.SUPERVISOR, pod, "Loop", "later");
        assertThat(recorded()).hasSize(26);
    }

    @Test
    void doesNotFailTheCallerWhenAnEventIsRefused() {
        clusters.refuseNext("create", Resources.EVENTS, ApiException.internal("full"));
        events.normal(ClusterId.SUPERVISOR, pod, "Pulled", "x");
        assertThat(recorded()).isEmpty();
    }
}
