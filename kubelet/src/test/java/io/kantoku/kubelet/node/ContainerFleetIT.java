package io.kantoku.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.kubelet.server.PodStreams;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node with real containers does with its pods. */
class ContainerFleetIT {
    @TempDir
    Path directory;

    private NodeBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new NodeBed(directory);
    }

    @AfterEach
    void end() {
        bed.close();
    }

    @Test
    void runsAPodWithEnvironmentAndVolumesAndEndsIt() {
        bed.create(Resources.CONFIG_MAPS, """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: default}
                data: {colour: blue}
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: default, labels: {app: web}}
                spec:
                  nodeName: n1
                  enableServiceLinks: false
                  terminationGracePeriodSeconds: 1
                  initContainers:
                  - name: prepare
                    image: demo:1
                    command: [sh, -c, "echo from-init > /data/f"]
                    volumeMounts: [{name: data, mountPath: /data}]
                  containers:
                  - name: web
                    image: demo:1
                    command: [sh, -c, "echo up $COLOUR $ME; cat /data/f; exec busybox httpd -f -p 8080 -h /www"]
                    env:
                    - {name: COLOUR, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}
                    - {name: ME, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    ports: [{containerPort: 8080, hostPort: 80}]
                    volumeMounts:
                    - {name: data, mountPath: /data}
                    - {name: settings, mountPath: /settings}
                    readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                    resources: {limits: {memory: 64Mi, cpu: 200m}}
                  volumes:
                  - {name: data, emptyDir: {}}
                  - {name: settings, configMap: {name: settings}}
                """);

        bed.await("the pod is ready", () -> Conditions.isTrue(bed.pod("web"), "Ready"));
        KubeObject pod = bed.pod("web");
        assertThat(pod.text("status", "phase")).isEqualTo("Running");
        assertThat(pod.text("status", "qosClass")).isEqualTo("Burstable");
        assertThat(pod.text("status", "podIP")).isEqualTo("10.77.0.2");
        PodStreams.ContainerName web = new PodStreams.ContainerName("default", "web", "web");
        assertThat(bed.streams().log(web, false).growing().getAsBoolean()).isTrue();
        assertThat(bed.streams().log(web, false).file()).exists();
        assertThat(bed.streams()
                        .run(web, List.of("/bin/busybox", "cat", "/settings/colour"), Duration.ofSeconds(5))
                        .stdout())
                .asString()
                .isEqualTo("blue");
        assertThat(bed.streams()
                        .exec(web, List.of("sh"), new PodStreams.Standard(true, true, true, false))
                        .getScheme())
                .isEqualTo("http");
        HttpResponse page = bed.http()
                .send(HttpRequest.get(
                        Target.http("10.77.255.1", 80).via(new Dialler.Tcp(bed.machine())), "/index.html"));
        assertThat(page.body()).asString().isEqualTo("Hello\n");
        assertThat(bed.streams().usage().pods()).hasSize(1);
        assertThat(bed.log("web", "web")).contains("up blue 10.77.0.2").contains("from-init");
        assertThat(pod.at("status", "initContainerStatuses")
                        .get(0)
                        .at("/state/terminated/reason")
                        .asText())
                .isEqualTo("Completed");
        bed.await("its events", () -> bed.reasons("web").containsAll(List.of("Pulled", "Created", "Started")));

        bed.api().delete(Resources.PODS, NodeBed.name("web"), DeleteOptions.background());
        bed.await("nothing of it is left", () -> !Files.exists(directory.resolve("vm-1/node/pods/" + pod.uid())));
    }

    @Test
    void restartsWhatEndsWithBackOffAndSaysWhyAnImageIsMissing() {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: crash, namespace: default}
                spec:
                  nodeName: n1
                  hostNetwork: true
                  containers:
                  - {name: c, image: "demo:1", command: [sh, -c, "echo last words > /dev/termination-log; exit 3"]}
                  - {name: gone, image: "registry.invalid/none:1", imagePullPolicy: Never}
                """);
        bed.await(
                "it backs off",
                () -> bed.container("crash", 0)
                        .at("/state/waiting/reason")
                        .asText()
                        .equals("CrashLoopBackOff"));
        var crashed = bed.container("crash", 0);
        assertThat(crashed.at("/restartCount").asInt()).isPositive();
        assertThat(crashed.at("/lastState/terminated/exitCode").asInt()).isEqualTo(3);
        assertThat(crashed.at("/lastState/terminated/reason").asText()).isEqualTo("Error");
        assertThat(crashed.at("/lastState/terminated/message").asText()).isEqualTo("last words\n");
        assertThat(bed.container("crash", 1).at("/state/waiting/reason").asText())
                .isEqualTo("ErrImageNeverPull");
    }

    @Test
    void anotherLifeOfTheProcessFindsRunningContainersAgain() throws Exception {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: keep, namespace: default}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: "demo:1", command: [sleep, "1000"]}]
                  terminationGracePeriodSeconds: 1
                """);
        bed.await("it runs", () -> Conditions.isTrue(bed.pod("keep"), "Ready"));
        String id = bed.container("keep", 0).path("containerID").asText();

        bed.restart();

        bed.await("it is looked at again", () -> Conditions.isTrue(bed.pod("keep"), "Ready"));
        assertThat(bed.container("keep", 0).path("containerID").asText()).isEqualTo(id);
        assertThat(bed.container("keep", 0).path("restartCount").asInt()).isZero();

        long pid = bed.ledger().entries().stream()
                .filter(LedgerEntry.Child.class::isInstance)
                .map(LedgerEntry.Child.class::cast)
                .findFirst()
                .orElseThrow()
                .pid();
        PointToPoint.run("kill", "-9", Long.toString(pid));
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: later, namespace: default}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: "demo:1"}]
                """);
        bed.await("a pod starts when the runtime is back", () -> Conditions.isTrue(bed.pod("later"), "Ready"));
        assertThat(bed.container("keep", 0).path("containerID").asText()).isEqualTo(id);
    }

    @Test
    void containersEndInManyWays() {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: job, namespace: default}
                spec:
                  nodeName: n1
                  hostNetwork: true
                  restartPolicy: Never
                  containers:
                  - name: c
                    image: demo:1
                    command: [sh, -c, "df /memory | tail -1; echo done"]
                    volumeMounts: [{name: memory, mountPath: /memory}]
                  volumes: [{name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: greedy, namespace: default}
                spec:
                  nodeName: n1
                  hostNetwork: true
                  restartPolicy: Never
                  containers:
                  - name: c
                    image: demo:1
                    command: [sh, -c, "x=aaaaaaaa; while true; do x=$x$x; done"]
                    resources: {limits: {memory: 20Mi}}
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: sick, namespace: default}
                spec:
                  nodeName: n1
                  hostNetwork: true
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: c
                    image: demo:1
                    command: [sleep, "1000"]
                    livenessProbe: {exec: {command: [sh, -c, "echo broken; exit 1"]}, periodSeconds: 1, failureThreshold: 1}
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: absent, namespace: default}
                spec:
                  nodeName: n1
                  hostNetwork: true
                  containers: [{name: c, image: "127.0.0.1:5999/none:1"}, {name: d, image: "demo:1", securityContext: {privileged: true}}]
                """);

        bed.await(
                "the job succeeds", () -> bed.pod("job").text("status", "phase").equals("Succeeded"));
        assertThat(bed.log("job", "c")).contains("tmpfs").contains("done");
        assertThat(bed.container("job", 0).at("/state/terminated/reason").asText())
                .isEqualTo("Completed");
        bed.await(
                "the greedy one fails",
                () -> bed.pod("greedy").text("status", "phase").equals("Failed"));
        assertThat(bed.container("greedy", 0).at("/state/terminated/reason").asText())
                .isEqualTo("OOMKilled");
        bed.await(
                "the sick one is restarted",
                () -> bed.container("sick", 0).path("restartCount").asInt() > 0);
        assertThat(bed.messages("sick"))
                .contains("Liveness probe failed: broken\n")
                .anyMatch(message -> message.equals("Container c failed liveness probe, will be restarted"));
        bed.await(
                "the absent one waits",
                () -> bed.container("absent", 0)
                        .at("/state/waiting/reason")
                        .asText()
                        .matches("ErrImagePull|ImagePullBackOff"));
        assertThat(bed.container("absent", 0).at("/state/waiting/message").asText())
                .contains("connection refused");
        bed.await(
                "privileges are refused",
                () -> bed.container("absent", 1)
                        .at("/state/waiting/message")
                        .asText()
                        .startsWith("privileged containers are not allowed"));

        bed.delete("sick", 1);
        bed.delete("job", 0);
        bed.await("deleted pods leave the API", () -> bed.gone("sick") && bed.gone("job"));
    }

    @Test
    void aPowerCutEndsAllAndPodsStartAgain() {
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: keep, namespace: default}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: "demo:1"}]
                """);
        bed.await("it runs", () -> Conditions.isTrue(bed.pod("keep"), "Ready"));
        String group = bed.layout().controlGroup();

        bed.leave();
        assertThat(ControlGroups.exists(group)).isFalse();
        bed.join();

        bed.await(
                "it runs again",
                () -> bed.container("keep", 0).path("restartCount").asInt() == 1
                        && Conditions.isTrue(bed.pod("keep"), "Ready"));
    }

    /** As an API server does it for pods: the kubelet has the last word. */
    @Test
    void aPodWaitsForItsDiskAndFindsOnItWhatIsThere() throws Exception {
        String disk = "5b0a1f44-0000-4000-8000-0000000000aa";
        Path content = Files.createDirectory(directory.resolve("disk"));
        Files.writeString(content.resolve("before"), "kept");
        bed.create(Resources.PERSISTENT_VOLUMES, """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: v}
                spec: {csi: {driver: csi.example.com, volumeHandle: h, fsType: ext4}}
                """);
        bed.create(Resources.PERSISTENT_VOLUME_CLAIMS, """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: c, namespace: default}
                spec: {volumeName: v}
                status: {phase: Bound}
                """);
        bed.create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: keeper, namespace: default}
                spec:
                  nodeName: n1
                  terminationGracePeriodSeconds: 0
                  securityContext: {fsGroup: 3000, runAsUser: 1000, runAsGroup: 1000}
                  containers:
                  - name: keeper
                    image: demo:1
                    command: [sh, -c, "cat /data/before; echo new > /data/after; touch /only/x || echo refused; echo mine > /sub/deep; sleep 600"]
                    volumeMounts:
                    - {name: data, mountPath: /data}
                    - {name: data, mountPath: /only, readOnly: true}
                    - {name: data, mountPath: /sub, subPath: a/b}
                  volumes: [{name: data, persistentVolumeClaim: {claimName: c}}]
                """);
        bed.await(
                "the pod waits",
                () -> bed.pod("keeper").at("status", "conditions").size() > 0);
        assertThat(bed.reasons("keeper")).doesNotContain("FailedMount");

        Files.createDirectories(directory.resolve("vm-1/attached"));
        Files.createSymbolicLink(directory.resolve("vm-1/attached").resolve(disk), content);
        bed.create(Resources.VOLUME_ATTACHMENTS, """
                apiVersion: storage.k8s.io/v1
                kind: VolumeAttachment
                metadata: {name: csi-%s}
                spec: {attacher: csi.example.com, nodeName: n1, source: {persistentVolumeName: v}}
                status: {attached: true, attachmentMetadata: {diskUUID: %s}}
                """.formatted(sha256("hcsi.example.comn1"), disk));
        bed.await("the pod has written", () -> Files.exists(content.resolve("a/b/deep")));
        bed.await("its words are there", () -> bed.log("keeper", "keeper").contains("refused"));
        assertThat(bed.log("keeper", "keeper")).contains("kept");
        assertThat(Files.getAttribute(content.resolve("after"), "unix:gid")).isEqualTo(3000);
        assertThat(Files.getAttribute(content.resolve("a/b/deep"), "unix:gid")).isEqualTo(3000);
        Path files = directory.resolve("vm-1/node/pods/" + bed.pod("keeper").uid());
        assertThat(files.resolve("volumes/kubernetes.io~csi/v/mount")).isSymbolicLink();
        bed.delete("keeper", 0);
        bed.await("nothing of it is left", () -> !Files.exists(files));
        assertThat(content.resolve("after")).hasContent("new");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
