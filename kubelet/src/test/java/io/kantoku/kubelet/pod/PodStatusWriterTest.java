package io.kantoku.kubelet.pod;

import static io.kantoku.kubelet.pod.PodPlanTest.NOW;
import static io.kantoku.kubelet.pod.PodPlanTest.ended;
import static io.kantoku.kubelet.pod.PodPlanTest.pod;
import static io.kantoku.kubelet.pod.PodPlanTest.run;
import static io.kantoku.kubelet.pod.PodPlanTest.running;
import static io.kantoku.kubelet.pod.PodPlanTest.sandbox;
import static io.kantoku.kubelet.pod.PodPlanTest.withStarted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.kubelet.cri.Container;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodStatusWriterTest {
    @Test
    void aPodThatIsBeingMadeIsPending() {
        KubeObject written = write(pod("Always", ""), ObservedPod.NOTHING);
        assertThat(written.text("status", "phase")).isEqualTo("Pending");
        assertThat(state(written).at("/waiting/reason").asText()).isEqualTo("ContainerCreating");
        assertThat(condition(written, "ContainersReady").message()).isEqualTo("containers with unready status: [c]");
        assertThat(condition(written, "Initialized").isTrue()).isTrue();
        assertThat(written.text("status", "hostIP")).isEqualTo("192.168.0.1");
    }

    @Test
    void aRunningPodIsReadyWhenItsContainersAre() {
        Container c = run("c", 0);
        assertThat(Conditions.isTrue(write(pod("Always", ""), running(c)), "Ready"))
                .isFalse();
        KubeObject written = write(pod("Always", ""), withStarted(Set.of(c.id()), c));
        assertThat(written.text("status", "phase")).isEqualTo("Running");
        assertThat(Conditions.isTrue(written, "Ready")).isTrue();
        assertThat(written.text("status", "podIP")).isEqualTo("10.0.0.1");
        assertThat(state(written).at("/running/startedAt").asText()).isEqualTo("2026-01-02T03:04:05Z");
    }

    @Test
    void initContainersThatHaveNotEndedAreNamed() {
        KubeObject written = write(pod("Always", "initContainers: [{name: a}, {name: b}]"), running(run("a", 0)));
        Condition initialized = condition(written, "Initialized");
        assertThat(initialized.reason()).isEqualTo("ContainersNotInitialized");
        assertThat(initialized.message()).isEqualTo("containers with incomplete status: [a b]");
        assertThat(state(written).at("/waiting/reason").asText()).isEqualTo("PodInitializing");
    }

    @Test
    void phaseFollowsFromHowContainersEnded() {
        assertThat(write(pod("Never", ""), running(ended("c", 0, 0))).text("status", "phase"))
                .isEqualTo("Succeeded");
        KubeObject failed = write(pod("Never", ""), running(ended("c", 0, 137)));
        assertThat(failed.text("status", "phase")).isEqualTo("Failed");
        assertThat(state(failed).at("/terminated/reason").asText()).isEqualTo("Error");
        assertThat(condition(failed, "Ready").reason()).isEqualTo("PodFailed");
        assertThat(write(pod("Always", ""), running(ended("c", 0, 1))).text("status", "phase"))
                .isEqualTo("Running");
    }

    @Test
    void aContainerThatBacksOffShowsHowItEnded() {
        Container crashed = ended("c", 1, 3);
        ObservedPod observed = new ObservedPod(
                List.of(sandbox("s0", true)),
                List.of(crashed, ended("c", 0, 2)),
                Map.of("c", new Waiting("CrashLoopBackOff", "back-off")),
                Set.of(),
                Set.of(),
                Map.of(),
                "");
        KubeObject written = new PodStatusWriter(
                        pod("Always", ""), observed, "192.168.0.1", NOW, Map.of(crashed.id(), "last words"))
                .write(Optional.empty());
        JsonNode container = written.at("status", "containerStatuses").get(0);
        assertThat(container.at("/state/waiting/reason").asText()).isEqualTo("CrashLoopBackOff");
        assertThat(container.at("/lastState/terminated/exitCode").asInt()).isEqualTo(3);
        assertThat(container.at("/lastState/terminated/message").asText()).isEqualTo("last words");
        assertThat(container.path("restartCount").asInt()).isEqualTo(1);
    }

    @Test
    void readinessGatesAreOthersConditions() {
        Container c = run("c", 0);
        KubeObject pod = pod("Always", "readinessGates: [{conditionType: example.org/up}]");
        KubeObject waiting = write(pod, withStarted(Set.of(c.id()), c));
        assertThat(condition(waiting, "Ready").reason()).isEqualTo("ReadinessGatesNotReady");
        Conditions.set(pod, Condition.isTrue("example.org/up", "", ""), NOW);
        KubeObject ready = write(pod, withStarted(Set.of(c.id()), c));
        assertThat(Conditions.isTrue(ready, "Ready")).isTrue();
        assertThat(Conditions.isTrue(ready, "example.org/up")).isTrue();
    }

    @Test
    void theNodesVerdictStandsInTheStatus() {
        KubeObject written = new PodStatusWriter(pod("Always", ""), running(), "192.168.0.1", NOW, Map.of())
                .write(Optional.of(PodStatusWriter.Verdict.DEADLINE));
        assertThat(written.text("status", "phase")).isEqualTo("Failed");
        assertThat(written.text("status", "reason")).isEqualTo("DeadlineExceeded");
    }

    private static KubeObject write(KubeObject pod, ObservedPod observed) {
        return new PodStatusWriter(pod, observed, "192.168.0.1", NOW, Map.of()).write(Optional.empty());
    }

    private static JsonNode state(KubeObject pod) {
        return pod.at("status", "containerStatuses").get(0).path("state");
    }

    private static Condition condition(KubeObject pod, String type) {
        return Conditions.find(pod, type).orElseThrow();
    }
}
