package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.Sandbox;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodPlanTest {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void makesASandboxFirst() {
        assertThat(PodPlan.plan(pod("Always", ""), ObservedPod.NOTHING, NOW))
                .containsExactly(new PodPlan.Step.MakeSandbox(0));
    }

    @Test
    void anotherSandboxComesAfterTheEndOfTheFirst() {
        ObservedPod lost = observed(List.of(sandbox("s0", false)), List.of(), Set.of());
        assertThat(PodPlan.plan(pod("Always", ""), lost, NOW))
                .containsExactly(new PodPlan.Step.EndSandboxes(), new PodPlan.Step.MakeSandbox(1));
    }

    @Test
    void initContainersRunOneAfterAnotherBeforeTheRest() {
        KubeObject pod = pod("Always", "initContainers: [{name: a}, {name: b}]");
        assertThat(names(pod, running())).containsExactly("a/0");
        assertThat(names(pod, running(ended("a", 0, 0)))).containsExactly("b/0");
        assertThat(names(pod, running(ended("a", 0, 0), run("b", 0)))).isEmpty();
        assertThat(names(pod, running(ended("a", 0, 0), ended("b", 0, 0)))).containsExactly("c/0");
    }

    @Test
    void aFailedInitContainerIsTriedAgainUnlessThePodNeverRestarts() {
        String init = "initContainers: [{name: a}]";
        assertThat(names(pod("Always", init), running(ended("a", 0, 1)))).containsExactly("a/1");
        assertThat(names(pod("OnFailure", init), running(ended("a", 0, 1)))).containsExactly("a/1");
        KubeObject never = pod("Never", init);
        assertThat(PodPlan.plan(never, running(ended("a", 0, 1)), NOW))
                .containsExactly(new PodPlan.Step.EndPod("Completed"));
        assertThat(PodPlan.failedInit(never, running(ended("a", 0, 1)))).isTrue();
    }

    @Test
    void aNewSandboxIsInitializedAnew() {
        KubeObject pod = pod("Always", "initContainers: [{name: a}]");
        Container old = container("a", 0, Container.State.EXITED, 0, "gone");
        assertThat(names(pod, running(old))).containsExactly("a/1");
    }

    @Test
    void theRestWaitsForSidecarsToStartAndNotForTheirEnd() {
        KubeObject pod = pod("Always", "initContainers: [{name: side, restartPolicy: Always}]");
        Container side = run("side", 0);
        assertThat(names(pod, running(side))).isEmpty();
        assertThat(names(pod, withStarted(Set.of(side.id()), side))).containsExactly("c/0");
    }

    @Test
    void restartsByPolicy() {
        assertThat(names(pod("Always", ""), running(ended("c", 0, 0)))).containsExactly("c/1");
        assertThat(names(pod("OnFailure", ""), running(ended("c", 2, 1)))).containsExactly("c/3");
        assertThat(PodPlan.plan(pod("OnFailure", ""), running(ended("c", 0, 0)), NOW))
                .containsExactly(new PodPlan.Step.EndPod("Completed"));
        assertThat(PodPlan.plan(pod("Never", ""), running(ended("c", 0, 1)), NOW))
                .containsExactly(new PodPlan.Step.EndPod("Completed"));
    }

    @Test
    void aContainersOwnPolicyAndRulesGoBeforeThePods() {
        KubeObject own = pod("Always", "");
        container(own).put("restartPolicy", "Never");
        assertThat(PodPlan.plan(own, running(ended("c", 0, 1)), NOW))
                .containsExactly(new PodPlan.Step.EndPod("Completed"));
        container(own)
                .putArray("restartPolicyRules")
                .addObject()
                .put("action", "Restart")
                .putObject("exitCodes")
                .put("operator", "In")
                .putArray("values")
                .add(42);
        assertThat(names(own, running(ended("c", 0, 42)))).containsExactly("c/1");
        assertThat(PodPlan.plan(own, running(ended("c", 0, 1)), NOW))
                .containsExactly(new PodPlan.Step.EndPod("Completed"));
    }

    @Test
    void aContainerWhoseImageWasChangedIsStartedAnewWhateverThePolicy() {
        Container made = imaged(run("c", 0), "web:0");
        assertThat(PodPlan.plan(pod("Never", ""), running(made), NOW))
                .singleElement()
                .isInstanceOfSatisfying(
                        PodPlan.Step.EndContainer.class,
                        end -> assertThat(end.message())
                                .isEqualTo("Container c definition changed, will be restarted"));
        assertThat(names(pod("Never", ""), running(imaged(ended("c", 0, 143), "web:0"))))
                .containsExactly("c/1");
    }

    private static ObjectNode container(KubeObject pod) {
        return (ObjectNode) pod.at("spec", "containers").get(0);
    }

    private static Container imaged(Container c, String image) {
        return new Container(
                c.id(),
                c.name(),
                c.attempt(),
                c.state(),
                c.created(),
                c.started(),
                c.finished(),
                c.exitCode(),
                c.image(),
                c.imageRef(),
                c.reason(),
                c.message(),
                c.labels(),
                Map.of(Labels.IMAGE, image),
                c.logPath());
    }

    @Test
    void goesOnCountingFromWhatTheApiRemembers() {
        KubeObject pod = pod("Always", "");
        pod.status()
                .putArray("containerStatuses")
                .addObject()
                .put("name", "c")
                .put("restartCount", 4)
                .put("containerID", "containerd://x");
        assertThat(names(pod, running())).containsExactly("c/5");
    }

    @Test
    void whatAProbeCondemnedEnds() {
        Container bad = run("c", 0);
        ObservedPod observed = new ObservedPod(
                List.of(sandbox("s0", true)), List.of(bad), Map.of(), Set.of(), Set.of(), Map.of(bad.id(), "why"), "");
        assertThat(PodPlan.plan(pod("Always", ""), observed, NOW))
                .singleElement()
                .isInstanceOfSatisfying(PodPlan.Step.EndContainer.class, end -> {
                    assertThat(end.id()).isEqualTo(bad.id());
                    assertThat(end.message()).isEqualTo("why");
                });
    }

    @Test
    void aPodThatRanForLongEnoughEnds() {
        KubeObject pod = pod("Always", "activeDeadlineSeconds: 60");
        pod.status().put("startTime", "2026-01-02T03:03:05Z");
        assertThat(PodPlan.plan(pod, running(run("c", 0)), NOW))
                .containsExactly(new PodPlan.Step.EndPod("DeadlineExceeded"));
        assertThat(PodPlan.plan(pod, running(run("c", 0)), NOW.minusSeconds(1))).isEmpty();
    }

    private static List<String> names(KubeObject pod, ObservedPod observed) {
        return PodPlan.plan(pod, observed, NOW).stream()
                .map(step -> step instanceof PodPlan.Step.StartContainer start
                        ? start.container().name() + "/" + start.attempt()
                        : step.toString())
                .toList();
    }

    static KubeObject pod(String policy, String more) {
        return KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default, uid: u}
                spec:
                  restartPolicy: %s
                  containers: [{name: c, image: "web:1"}]
                  %s
                """.formatted(policy, more)));
    }

    static ObservedPod running(Container... containers) {
        return withStarted(Set.of(), containers);
    }

    static ObservedPod withStarted(Set<String> started, Container... containers) {
        return observed(List.of(sandbox("s0", true)), Arrays.asList(containers), started);
    }

    static ObservedPod observed(List<Sandbox> sandboxes, List<Container> containers, Set<String> started) {
        return new ObservedPod(sandboxes, containers, Map.of(), started, started, Map.of(), "10.0.0.1");
    }

    static Sandbox sandbox(String id, boolean ready) {
        return new Sandbox(id, "p", "default", "u", 0, ready, NOW, "10.0.0.1", Map.of());
    }

    static Container run(String name, int attempt) {
        return container(name, attempt, Container.State.RUNNING, 0, "s0");
    }

    static Container ended(String name, int attempt, int code) {
        return container(name, attempt, Container.State.EXITED, code, "s0");
    }

    static Container container(String name, int attempt, Container.State state, int code, String sandbox) {
        boolean over = state == Container.State.EXITED;
        return new Container(
                name + "-" + attempt,
                name,
                attempt,
                state,
                NOW,
                NOW,
                over ? NOW.plusSeconds(1) : Instant.EPOCH,
                code,
                "docker.io/library/web:1",
                "sha256:1",
                Optional.of(code)
                        .filter(c -> over && c == 0)
                        .map(_ -> "Completed")
                        .orElse(""),
                "",
                Map.of(Labels.SANDBOX, sandbox),
                Map.of(),
                "");
    }
}
