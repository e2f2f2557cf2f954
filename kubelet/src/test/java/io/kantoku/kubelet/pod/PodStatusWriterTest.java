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
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.kubelet.cri.Container;
import java.util.ArrayList;
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
        KubeObject pod = pod("Always", "");
        KubeObject written = new PodStatusWriter(pod, observed, facts(pod, Map.of(crashed.id(), "last words")))
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
    void conditionsStandInUpstreamsOrderAfterThoseOfOthersWithTheGeneration() {
        KubeObject pod = pod("Always", "");
        pod.metadata().put("generation", 3);
        Conditions.set(pod, Condition.isTrue("PodScheduled", "", ""), NOW.minusSeconds(9));
        Conditions.set(pod, Condition.isTrue("example.org/up", "", ""), NOW.minusSeconds(9));
        KubeObject written = write(pod, running(run("c", 0)));
        List<String> types = new ArrayList<>();
        for (JsonNode condition : written.at("status", "conditions")) {
            types.add(condition.path("type").asText());
        }
        assertThat(types)
                .containsExactly(
                        "example.org/up",
                        "PodReadyToStartContainers",
                        "Initialized",
                        "Ready",
                        "ContainersReady",
                        "PodScheduled");
        assertThat(written.at("status", "observedGeneration").asInt()).isEqualTo(3);
        JsonNode scheduled = written.at("status", "conditions").get(5);
        assertThat(scheduled.path("observedGeneration").asInt()).isEqualTo(3);
        assertThat(scheduled.path("lastTransitionTime").asText()).isEqualTo("2026-01-02T03:03:56Z");
        assertThat(written.at("status", "conditions").get(0).has("observedGeneration"))
                .isFalse();
    }

    @Test
    void aPodRunsUntilItsSidecarsHaveEnded() {
        KubeObject pod = pod("Never", "initContainers: [{name: side, restartPolicy: Always}]");
        Container side = run("side", 0);
        KubeObject ending = write(pod, withStarted(Set.of(side.id()), side, ended("c", 0, 0)));
        assertThat(ending.text("status", "phase")).isEqualTo("Running");
        assertThat(write(pod, running(ended("side", 0, 143), ended("c", 0, 0))).text("status", "phase"))
                .isEqualTo("Succeeded");
    }

    @Test
    void aDeletedPodHasEndedWhenNothingOfItRuns() {
        KubeObject pod = pod("Always", "");
        pod.metadata().put("deletionTimestamp", "2026-01-02T03:04:05Z");
        assertThat(write(pod, running(run("c", 0))).text("status", "phase")).isEqualTo("Running");
        assertThat(write(pod, running(ended("c", 0, 0))).text("status", "phase"))
                .isEqualTo("Succeeded");
        assertThat(write(pod, running(ended("c", 0, 143))).text("status", "phase"))
                .isEqualTo("Failed");
    }

    @Test
    void containersShowWhatTheyHaveAndWhatIsMounted() {
        KubeObject pod = pod("Always", "");
        ObjectNode container = (ObjectNode) pod.at("spec", "containers").get(0);
        container.putObject("resources").putObject("requests").put("cpu", "100m");
        ArrayNode mounts = container.putArray("volumeMounts");
        mounts.addObject().put("name", "v").put("mountPath", "/v").put("readOnly", true);
        mounts.addObject().put("name", "w").put("mountPath", "/w");
        JsonNode status = write(pod, running(run("c", 0)))
                .at("status", "containerStatuses")
                .get(0);
        assertThat(status.at("/allocatedResources/cpu").asText()).isEqualTo("100m");
        assertThat(status.at("/resources/requests/cpu").asText()).isEqualTo("100m");
        assertThat(status.path("volumeMounts").toString())
                .isEqualTo("[{\"name\":\"v\",\"mountPath\":\"/v\",\"readOnly\":true,"
                        + "\"recursiveReadOnly\":\"Disabled\"},{\"name\":\"w\",\"mountPath\":\"/w\"}]");
    }

    @Test
    void theNodesVerdictStandsInTheStatus() {
        KubeObject pod = pod("Always", "");
        pod.status().put("phase", "Running");
        KubeObject ending = new PodStatusWriter(pod, running(run("c", 0)), facts(pod, Map.of()))
                .write(Optional.of(PodStatusWriter.Verdict.DEADLINE));
        assertThat(ending.text("status", "phase")).as("while something runs").isEqualTo("Running");
        assertThat(ending.at("status").has("reason")).isFalse();
        KubeObject written = new PodStatusWriter(pod, running(), facts(pod, Map.of()))
                .write(Optional.of(PodStatusWriter.Verdict.DEADLINE));
        assertThat(written.text("status", "phase")).isEqualTo("Failed");
        assertThat(written.text("status", "reason")).isEqualTo("DeadlineExceeded");
    }

    private static KubeObject write(KubeObject pod, ObservedPod observed) {
        return new PodStatusWriter(pod, observed, facts(pod, Map.of())).write(Optional.empty());
    }

    private static StatusFacts facts(KubeObject pod, Map<String, String> words) {
        return new StatusFacts(
                pod.at("metadata", "generation").asLong(), "containerd", "192.168.0.1", NOW, words, Allocation.of(pod));
    }

    private static JsonNode state(KubeObject pod) {
        return pod.at("status", "containerStatuses").get(0).path("state");
    }

    private static Condition condition(KubeObject pod, String type) {
        return Conditions.find(pod, type).orElseThrow();
    }
}
