package io.kantoku.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.client.Resources;
import io.kantoku.lab.ControlGroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What upstream's suites of the node check, on real containers of one node. */
class PodConformanceIT {
    @TempDir
    static Path directory;

    private static NodeBed bed;

    @BeforeAll
    static void start() throws Exception {
        bed = new NodeBed(directory);
    }

    @AfterAll
    static void end() {
        bed.close();
    }

    @Test
    void aResizeChangesControlGroupsInPlaceOrRestarts() throws IOException {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: sized, namespace: default, generation: 1}
                spec:
                  nodeName: n1
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: c
                    image: demo:1
                    command: [sleep, "1000"]
                    resources: {requests: {cpu: 100m, memory: 32Mi}, limits: {cpu: 200m, memory: 64Mi}}
                    resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]
                """);
        bed.await("it runs", () -> Conditions.isTrue(bed.pod("sized"), "Ready"));
        String pod =
                bed.layout().podsGroup() + "/burstable/pod" + bed.pod("sized").uid();
        String id = bed.container("sized", 0).path("containerID").asText().replace("containerd://", "");
        assertThat(cpuQuota(pod)).isEqualTo(20_000);
        assertThat(memoryLimit(pod)).isEqualTo(64L << 20);

        resize("sized", "150m", "300m", "64Mi");
        bed.await(
                "the container has more",
                () -> bed.container("sized", 0)
                        .at("/resources/limits/cpu")
                        .asText()
                        .equals("300m"));
        JsonNode status = bed.container("sized", 0);
        assertThat(status.at("/allocatedResources/cpu").asText()).isEqualTo("150m");
        assertThat(status.path("restartCount").asInt()).isZero();
        assertThat(cpuQuota(pod)).isEqualTo(30_000);
        assertThat(cpuQuota(pod + "/" + id)).isEqualTo(30_000);
        bed.await("its end is told", () -> bed.reasons("sized").contains("ResizeCompleted"));

        resize("sized", "150m", "300m", "96Mi");
        bed.await(
                "it was started anew",
                () -> bed.container("sized", 0).path("restartCount").asInt() == 1);
        assertThat(bed.messages("sized")).contains("Container c resize requires restart");
        bed.await(
                "it is over",
                () -> Conditions.find(bed.pod("sized"), "PodResizeInProgress").isEmpty()
                        && bed.container("sized", 0)
                                .at("/resources/limits/memory")
                                .asText()
                                .equals("96Mi"));
        assertThat(memoryLimit(pod)).isEqualTo(96L << 20);

        resize("sized", "5", "5", "96Mi");
        bed.await("it cannot be", () -> Conditions.isTrue(bed.pod("sized"), "PodResizePending"));
        assertThat(Conditions.find(bed.pod("sized"), "PodResizePending")
                        .orElseThrow()
                        .reason())
                .isEqualTo("Infeasible");
        bed.delete("sized", 0);
    }

    private static void resize(String pod, String request, String limit, String memory) {
        bed.change(pod, object -> {
            ObjectNode resources = ((ObjectNode) object.at("spec", "containers").get(0)).putObject("resources");
            resources.putObject("requests").put("cpu", request).put("memory", "32Mi");
            resources.putObject("limits").put("cpu", limit).put("memory", memory);
        });
    }

    private static long cpuQuota(String group) throws IOException {
        Path directory = ControlGroups.directory("cpu", group);
        return ControlGroups.unified()
                ? Long.parseLong(Files.readString(directory.resolve("cpu.max")).split(" ", 2)[0])
                : Long.parseLong(
                        Files.readString(directory.resolve("cpu.cfs_quota_us")).strip());
    }

    private static long memoryLimit(String group) throws IOException {
        Path directory = ControlGroups.directory("memory", group);
        String file = ControlGroups.unified() ? "memory.max" : "memory.limit_in_bytes";
        return Long.parseLong(Files.readString(directory.resolve(file)).strip());
    }

    @Test
    void sidecarsEndAfterTheRestAndThenThePodHasSucceeded() {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: order, namespace: default}
                spec:
                  nodeName: n1
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 20
                  initContainers:
                  - name: side
                    image: demo:1
                    restartPolicy: Always
                    command: [sh, -c, "trap 'echo bye; exit 0' TERM; echo hello; while true; do sleep 0.1; done"]
                  - name: first
                    image: demo:1
                    command: [sh, -c, "echo 'NAME=' > /env/f; echo \\"WORD='of the first'\\" >> /env/f"]
                    volumeMounts: [{name: env, mountPath: /env}]
                  containers:
                  - name: c
                    image: demo:1
                    command: [sh, -c, "echo $WORD; exit 0"]
                    env: [{name: WORD, valueFrom: {fileKeyRef: {volumeName: env, path: f, key: WORD}}}]
                  volumes: [{name: env, emptyDir: {}}]
                """);
        bed.await("it has ended", () -> bed.phase("order").equals("Succeeded"));
        KubeObject pod = bed.pod("order");
        JsonNode side = pod.at("status", "initContainerStatuses").get(0);
        assertThat(side.at("/state/terminated/exitCode").asInt(-1)).isZero();
        assertThat(side.at("/state/terminated/finishedAt").asText())
                .isGreaterThanOrEqualTo(bed.container("order", 0)
                        .at("/state/terminated/finishedAt")
                        .asText());
        assertThat(bed.log("order", "side")).contains("hello").contains("bye");
        assertThat(bed.log("order", "c")).contains("of the first");
        assertThat(Conditions.find(pod, "Initialized").orElseThrow().reason()).isEqualTo("PodCompleted");
        bed.await("its sandbox has gone", () -> !Conditions.isTrue(bed.pod("order"), "PodReadyToStartContainers"));
    }

    @Test
    void aDebuggerSeesTheProcessesOfItsTargetAndNamesAreWhole() {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: named, namespace: default, labels: {app: named}}
                spec:
                  nodeName: n1
                  terminationGracePeriodSeconds: 0
                  hostname: first
                  subdomain: group
                  setHostnameAsFQDN: true
                  securityContext: {runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000, supplementalGroups: [4000]}
                  containers:
                  - name: c
                    image: demo:1
                    command: [sleep, "1234"]
                    volumeMounts: [{name: all, mountPath: /all}]
                  volumes:
                  - name: all
                    projected:
                      defaultMode: 0440
                      sources:
                      - downwardAPI: {items: [{path: app, mode: 0400, fieldRef: {fieldPath: "metadata.labels['app']"}}]}
                      - configMap: {name: none, optional: true}
                """);
        bed.await("it runs", () -> Conditions.isTrue(bed.pod("named"), "Ready"));
        assertThat(bed.run("named", "c", "/bin/busybox", "hostname"))
                .isEqualTo("first.group.default.svc.cluster.local\n");
        assertThat(bed.run("named", "c", "/bin/busybox", "cat", "/etc/hosts"))
                .contains("first.group.default.svc.cluster.local\tfirst\n");
        assertThat(bed.run("named", "c", "/bin/busybox", "id"))
                .contains("uid=1000 gid=2000 groups=")
                .contains("3000", "4000");
        assertThat(bed.run("named", "c", "/bin/busybox", "cat", "/all/app")).isEqualTo("named");
        assertThat(bed.run("named", "c", "/bin/busybox", "stat", "-L", "-c", "%a %g", "/all/app"))
                .isEqualTo("440 3000\n");

        bed.change("named", pod -> {
            ArrayNode ephemeral = pod.spec().putArray("ephemeralContainers");
            ephemeral
                    .addObject()
                    .put("name", "d")
                    .put("image", "demo:1")
                    .put("targetContainerName", "c")
                    .putArray("command")
                    .add("sleep")
                    .add("1000");
        });
        bed.await(
                "the debugger runs",
                () -> bed.pod("named")
                        .at("status", "ephemeralContainerStatuses")
                        .path(0)
                        .path("state")
                        .has("running"));
        assertThat(bed.run("named", "d", "/bin/busybox", "cat", "/proc/1/cmdline"))
                .contains("1234");
        bed.delete("named", 0);
    }

    @Test
    void whatANodeDoesNotRunHasFailedAndWhatFailsByARuleRunsAgain() {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: unsafe, namespace: default}
                spec:
                  nodeName: n1
                  securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}
                  containers: [{name: c, image: "demo:1"}]
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: large, namespace: default}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: "demo:1", resources: {requests: {cpu: 9}}}]
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: ruled, namespace: default}
                spec:
                  nodeName: n1
                  hostNetwork: true
                  restartPolicy: Never
                  containers:
                  - name: c
                    image: demo:1
                    command: [sh, -c, "if [ -e /data/once ]; then exit 7; fi; touch /data/once; exit 42"]
                    restartPolicy: Never
                    restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
                    volumeMounts: [{name: data, mountPath: /data}]
                  volumes: [{name: data, emptyDir: {}}]
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: hooked, namespace: default}
                spec:
                  nodeName: n1
                  terminationGracePeriodSeconds: 10
                  containers:
                  - name: c
                    image: demo:1
                    command: [sh, -c, "trap 'exit 0' TERM; while true; do sleep 0.1; done"]
                    lifecycle: {preStop: {exec: {command: [sh, -c, "echo last words > /proc/1/fd/1; exit 1"]}}}
                """);
        bed.await(
                "the one is refused",
                () -> bed.pod("unsafe").text("status", "reason").equals("SysctlForbidden"));
        bed.await(
                "the other too", () -> bed.pod("large").text("status", "reason").equals("OutOfcpu"));
        assertThat(bed.pod("large").text("status", "message"))
                .startsWith("Pod was rejected: Node didn't have enough resource: cpu, requested: 9000, used: ");
        assertThat(bed.pod("large").at("status").has("containerStatuses")).isFalse();
        bed.await("the third has run twice", () -> bed.phase("ruled").equals("Failed"));
        assertThat(bed.container("ruled", 0).path("restartCount").asInt()).isEqualTo(1);
        assertThat(bed.container("ruled", 0).at("/state/terminated/exitCode").asInt())
                .isEqualTo(7);
        assertThat(bed.container("ruled", 0)
                        .at("/lastState/terminated/exitCode")
                        .asInt())
                .isEqualTo(42);

        bed.await("it can be ended", () -> Conditions.isTrue(bed.pod("hooked"), "Ready"));
        Path log = bed.layout()
                .logs()
                .resolve("default_hooked_" + bed.pod("hooked").uid() + "/c/0.log");
        bed.change("hooked", pod -> pod.metadata().putArray("finalizers").add("example.org/look"));
        bed.delete("hooked", 10);
        bed.await("its hook failed", () -> bed.messages("hooked").contains("PreStopHook failed"));
        bed.await("it has succeeded", () -> bed.phase("hooked").equals("Succeeded"));
        bed.await("its logs have gone", () -> !Files.exists(log.getParent().getParent()));
    }

    @Test
    void aNodeSaysWhatItHasAndWhatHappened() {
        KubeObject node = bed.node();
        assertThat(node.text("status", "capacity", "memory")).isEqualTo("2097152Ki");
        assertThat(node.text("status", "allocatable", "memory")).isEqualTo("1994752Ki");
        assertThat(node.text("status", "allocatable", "ephemeral-storage")).isEqualTo("15461882266");
        assertThat(node.annotations()).containsEntry("volumes.kubernetes.io/controller-managed-attach-detach", "true");
        bed.await("its Events", () -> bed.messages("n1").contains("Node n1 status is now: NodeReady"));
        assertThat(bed.reasons("n1"))
                .contains("Starting", "NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeAllocatableEnforced");
        JsonNode owner = bed.api()
                .get(Resources.LEASES, new NamespacedName("kube-node-lease", "n1"))
                .at("metadata", "ownerReferences");
        assertThat(owner.get(0).path("uid").asText()).isEqualTo(node.uid());
    }
}
