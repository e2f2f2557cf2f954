package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodResizerTest {
    private final NodeAccounts accounts =
            new NodeAccounts(new Amounts(Map.of("cpu", 2000L, "memory", 1L << 30, "pods", 2L)), () -> {});
    private final List<String> events = new ArrayList<>();
    private final KubeObject pod = sized("500m", "64Mi", 1);

    @Test
    void aResizeIsPromisedThenGivenThenOver() {
        PodResizer resizer = resizer(pod);
        KubeObject wanted = sized("1", "64Mi", 2);
        assertThat(resizer.allocate(wanted)).isSameAs(wanted);
        assertThat(resizer.allocation().inProgress()).isTrue();
        PodContainer container = PodContainer.main(wanted).getFirst();
        assertThat(resizer.differs(container)).isTrue();
        assertThat(resizer.needsRestart(container)).isFalse();
        resizer.tellWhenDone(wanted);
        resizer.given(container);
        resizer.tellWhenDone(wanted);
        resizer.tellWhenDone(wanted);
        assertThat(resizer.allocation().inProgress()).isFalse();
        String summary = "{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"1\","
                + "\"memory\":\"64Mi\"}}}],\"generation\":2}";
        assertThat(events)
                .containsExactly(
                        "ResizeStarted Pod resize started: " + summary,
                        "ResizeCompleted Pod resize completed: " + summary);
    }

    @Test
    void onlyWhatAContainerSaysRestartsIt() {
        PodResizer resizer = resizer(pod);
        KubeObject cpu = sized("1", "64Mi", 2);
        resizer.allocate(cpu);
        assertThat(resizer.needsRestart(PodContainer.main(cpu).getFirst())).isFalse();
        KubeObject memory = sized("1", "128Mi", 3);
        resizer.allocate(memory);
        assertThat(resizer.needsRestart(PodContainer.main(memory).getFirst())).isTrue();
    }

    @Test
    void whatCannotBeHadLeavesThePodAsItWas() {
        PodResizer resizer = resizer(pod);
        KubeObject wanted = sized("3", "64Mi", 2);
        KubeObject granted = resizer.allocate(wanted);
        assertThat(granted.at("spec", "containers")
                        .get(0)
                        .at("/resources/requests/cpu")
                        .asText())
                .isEqualTo("500m");
        resizer.allocate(wanted);
        assertThat(events).singleElement().asString().startsWith("ResizeInfeasible Pod resize Infeasible: {");
        assertThat(resizer.allocation().pending().orElseThrow().reason()).isEqualTo("Infeasible");
        assertThat(resizer.allocation().inProgress()).isFalse();
        resizer.allocate(sized("500m", "64Mi", 3));
        assertThat(resizer.allocation().pending()).isEmpty();
    }

    @Test
    void aRestartedNodeGoesOnFromTheStatus() {
        ObjectNode status =
                pod.status().putArray("containerStatuses").addObject().put("name", "c");
        status.putObject("allocatedResources").put("cpu", "500m").put("memory", "64Mi");
        status.putObject("resources").putObject("requests").put("cpu", "250m").put("memory", "64Mi");
        PodResizer resizer = resizer(pod);
        assertThat(resizer.allocate(pod)).isSameAs(pod);
        assertThat(resizer.differs(PodContainer.main(pod).getFirst())).isTrue();

        KubeObject wanted = sized("3", "64Mi", 2);
        wanted.status().set("containerStatuses", pod.at("status", "containerStatuses"));
        Conditions.set(
                wanted,
                Condition.isTrue(
                        "PodResizePending",
                        "Infeasible",
                        "Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000"),
                PodPlanTest.NOW);
        events.clear();
        resizer(wanted).allocate(wanted);
        assertThat(events).as("what was told is not told again").isEmpty();
    }

    private PodResizer resizer(KubeObject of) {
        accounts.keep("u", Amounts.requestedBy(of));
        return new PodResizer(accounts, of, (type, reason, message) -> events.add(reason + " " + message));
    }

    private static KubeObject sized(String cpu, String memory, int generation) {
        KubeObject pod = PodPlanTest.pod("Always", "");
        pod.metadata().put("generation", generation);
        ObjectNode container = (ObjectNode) pod.at("spec", "containers").get(0);
        container.putObject("resources").putObject("requests").put("cpu", cpu).put("memory", memory);
        container
                .putArray("resizePolicy")
                .addObject()
                .put("resourceName", "memory")
                .put("restartPolicy", "RestartContainer");
        return pod;
    }
}
