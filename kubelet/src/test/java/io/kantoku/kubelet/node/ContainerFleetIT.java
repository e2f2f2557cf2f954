package io.kantoku.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Timer;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.image.DemoImage;
import io.kantoku.kubelet.image.ImageStore;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.runtime.RuntimeLayout;
import io.kantoku.kubelet.server.PodStreams;
import io.kantoku.lab.Cleanup;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with real containers in a network namespace without a way out, and a Kubernetes API in memory. */
class ContainerFleetIT {
    private static final ClusterId CLUSTER = new ClusterId("t1");

    @TempDir
    Path directory;

    private final NetworkNamespace machine =
            new NetworkNamespace("kt-node-" + Long.toHexString(System.nanoTime() & 0xFFFFFFL));
    private final FakeClusters clusters = new FakeClusters(Executors.newVirtualThreadPerTaskExecutor(), Timer.system());
    private FakeKubeClient api;
    private PodStreams streams;
    private Ledger ledger;
    private HttpClient http;
    private ContainerFleet fleet;

    @BeforeEach
    void start() throws Exception {
        PointToPoint.run("ip", "netns", "add", machine.name());
        PointToPoint.run("ip", "-n", machine.name(), "link", "set", "lo", "up");
        PointToPoint.run("ip", "-n", machine.name(), "address", "add", "10.77.255.1/32", "dev", "lo");
        ledger = Ledger.open(directory.resolve("ledger"));
        http = HttpClient.start();
        api = clusters.add(CLUSTER);
        fleet = fleet();
        fleet.join(spec(), place());
        await("the node is ready", () -> Conditions.isTrue(node(), "Ready"));
    }

    private ContainerFleet fleet() throws Exception {
        ImageStore images = ImageStore.open(directory.resolve("images"));
        images.put(DemoImage.image());
        return new ContainerFleet(new FleetParts(
                new Processes(ledger, new SplittableRandom()),
                ledger,
                images,
                (_, _, _) -> new PointToPoint(machine),
                (spec, _) -> NodeApi.within(spec.cluster(), clusters),
                (_, _, _, opened) -> {
                    streams = opened;
                    return () -> {};
                },
                http,
                Timer.system()));
    }

    private NodeSpec spec() {
        return new NodeSpec(CLUSTER, "n1", Map.of(), List.of(), "10.77.255.1", "v1.34.1", "", 2, 2L << 30);
    }

    private NodePlace place() {
        return new NodePlace(
                machine,
                directory.resolve("vm-1"),
                new ClusterConfiguration(
                        "t1",
                        "v1.34.1",
                        "10.77.255.1:6443",
                        "10.77.0.0/16",
                        "10.96.0.0/12",
                        "cluster.local",
                        List.of()),
                "10.77.255.1:6443",
                false);
    }

    @AfterEach
    void end() {
        fleet.leave(CLUSTER, "n1");
        fleet.close();
        http.close();
        assertThat(Cleanup.run(ledger, Duration.ofSeconds(2)).left()).isEmpty();
        ledger.close();
        assertThat(ControlGroups.exists(
                        RuntimeLayout.of(directory.resolve("vm-1")).controlGroup()))
                .isFalse();
        PointToPoint.run("ip", "netns", "delete", machine.name());
    }

    @Test
    void runsAPodWithEnvironmentAndVolumesAndEndsIt() {
        create(Resources.CONFIG_MAPS, """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: default}
                data: {colour: blue}
                """);
        create(Resources.PODS, """
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

        await("the pod is ready", () -> Conditions.isTrue(pod("web"), "Ready"));
        KubeObject pod = pod("web");
        assertThat(pod.text("status", "phase")).isEqualTo("Running");
        assertThat(pod.text("status", "qosClass")).isEqualTo("Burstable");
        assertThat(pod.text("status", "podIP")).isEqualTo("10.77.0.2");
        PodStreams.ContainerName web = new PodStreams.ContainerName("default", "web", "web");
        assertThat(streams.log(web, false).growing().getAsBoolean()).isTrue();
        assertThat(streams.log(web, false).file()).exists();
        assertThat(streams.run(web, List.of("/bin/busybox", "cat", "/settings/colour"), Duration.ofSeconds(5))
                        .stdout())
                .asString()
                .isEqualTo("blue");
        assertThat(streams.exec(web, List.of("sh"), new PodStreams.Standard(true, true, true, false))
                        .getScheme())
                .isEqualTo("http");
        HttpResponse page =
                http.send(HttpRequest.get(Target.http("10.77.255.1", 80).via(new Dialler.Tcp(machine)), "/index.html"));
        assertThat(page.body()).asString().isEqualTo("Hello\n");
        assertThat(streams.usage().pods()).hasSize(1);
        assertThat(log("web", "web")).contains("up blue 10.77.0.2").contains("from-init");
        assertThat(pod.at("status", "initContainerStatuses")
                        .get(0)
                        .at("/state/terminated/reason")
                        .asText())
                .isEqualTo("Completed");
        await("its events", () -> reasons("web").containsAll(List.of("Pulled", "Created", "Started")));

        api.delete(Resources.PODS, name("web"), DeleteOptions.background());
        await("nothing of it is left", () -> !Files.exists(directory.resolve("vm-1/node/pods/" + pod.uid())));
    }

    @Test
    void restartsWhatEndsWithBackOffAndSaysWhyAnImageIsMissing() {
        create(Resources.PODS, """
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
        await(
                "it backs off",
                () -> container("crash", 0).at("/state/waiting/reason").asText().equals("CrashLoopBackOff"));
        var crashed = container("crash", 0);
        assertThat(crashed.at("/restartCount").asInt()).isPositive();
        assertThat(crashed.at("/lastState/terminated/exitCode").asInt()).isEqualTo(3);
        assertThat(crashed.at("/lastState/terminated/reason").asText()).isEqualTo("Error");
        assertThat(crashed.at("/lastState/terminated/message").asText()).isEqualTo("last words\n");
        assertThat(container("crash", 1).at("/state/waiting/reason").asText()).isEqualTo("ErrImageNeverPull");
    }

    @Test
    void anotherLifeOfTheProcessFindsRunningContainersAgain() throws Exception {
        create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: keep, namespace: default}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: "demo:1", command: [sleep, "1000"]}]
                  terminationGracePeriodSeconds: 1
                """);
        await("it runs", () -> Conditions.isTrue(pod("keep"), "Ready"));
        String id = container("keep", 0).path("containerID").asText();

        fleet.close();
        fleet = fleet();
        fleet.join(spec(), place());

        await("it is looked at again", () -> Conditions.isTrue(pod("keep"), "Ready"));
        assertThat(container("keep", 0).path("containerID").asText()).isEqualTo(id);
        assertThat(container("keep", 0).path("restartCount").asInt()).isZero();

        long pid = ledger.entries().stream()
                .filter(LedgerEntry.Child.class::isInstance)
                .map(LedgerEntry.Child.class::cast)
                .findFirst()
                .orElseThrow()
                .pid();
        PointToPoint.run("kill", "-9", Long.toString(pid));
        create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: later, namespace: default}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: "demo:1"}]
                """);
        await("a pod starts when the runtime is back", () -> Conditions.isTrue(pod("later"), "Ready"));
        assertThat(container("keep", 0).path("containerID").asText()).isEqualTo(id);
    }

    @Test
    void containersEndInManyWays() {
        create(Resources.PODS, """
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
        create(Resources.PODS, """
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
        create(Resources.PODS, """
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
        create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: absent, namespace: default}
                spec:
                  nodeName: n1
                  hostNetwork: true
                  containers: [{name: c, image: "127.0.0.1:5999/none:1"}, {name: d, image: "demo:1", securityContext: {privileged: true}}]
                """);

        await("the job succeeds", () -> pod("job").text("status", "phase").equals("Succeeded"));
        assertThat(log("job", "c")).contains("tmpfs").contains("done");
        assertThat(container("job", 0).at("/state/terminated/reason").asText()).isEqualTo("Completed");
        await(
                "the greedy one fails",
                () -> pod("greedy").text("status", "phase").equals("Failed"));
        assertThat(container("greedy", 0).at("/state/terminated/reason").asText())
                .isEqualTo("OOMKilled");
        await(
                "the sick one is restarted",
                () -> container("sick", 0).path("restartCount").asInt() > 0);
        assertThat(messages("sick"))
                .contains("Liveness probe failed: broken\n")
                .anyMatch(message -> message.equals("Container c failed liveness probe, will be restarted"));
        await(
                "the absent one waits",
                () -> container("absent", 0)
                        .at("/state/waiting/reason")
                        .asText()
                        .matches("ErrImagePull|ImagePullBackOff"));
        assertThat(container("absent", 0).at("/state/waiting/message").asText()).contains("connection refused");
        await(
                "privileges are refused",
                () -> container("absent", 1)
                        .at("/state/waiting/message")
                        .asText()
                        .startsWith("privileged containers are not allowed"));

        delete("sick", 1);
        delete("job", 0);
        await(
                "deleted pods leave the API",
                () -> api.find(Resources.PODS, name("sick")).isEmpty()
                        && api.find(Resources.PODS, name("job")).isEmpty());
    }

    @Test
    void aPowerCutEndsAllAndPodsStartAgain() {
        create(Resources.PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: keep, namespace: default}
                spec:
                  nodeName: n1
                  containers: [{name: c, image: "demo:1"}]
                """);
        await("it runs", () -> Conditions.isTrue(pod("keep"), "Ready"));
        String group = RuntimeLayout.of(directory.resolve("vm-1")).controlGroup();

        fleet.leave(CLUSTER, "n1");
        assertThat(ControlGroups.exists(group)).isFalse();
        fleet.join(spec(), place());

        await(
                "it runs again",
                () -> container("keep", 0).path("restartCount").asInt() == 1
                        && Conditions.isTrue(pod("keep"), "Ready"));
    }

    /** As an API server does it for pods: the kubelet has the last word. */
    @Test
    void aPodWaitsForItsDiskAndFindsOnItWhatIsThere() throws Exception {
        String disk = "5b0a1f44-0000-4000-8000-0000000000aa";
        Path content = Files.createDirectory(directory.resolve("disk"));
        Files.writeString(content.resolve("before"), "kept");
        create(Resources.PERSISTENT_VOLUMES, """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: v}
                spec: {csi: {driver: csi.example.com, volumeHandle: h, fsType: ext4}}
                """);
        create(Resources.PERSISTENT_VOLUME_CLAIMS, """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: c, namespace: default}
                spec: {volumeName: v}
                status: {phase: Bound}
                """);
        create(Resources.PODS, """
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
        await("the pod waits", () -> pod("keeper").at("status", "conditions").size() > 0);
        assertThat(reasons("keeper")).doesNotContain("FailedMount");

        Files.createDirectories(directory.resolve("vm-1/attached"));
        Files.createSymbolicLink(directory.resolve("vm-1/attached").resolve(disk), content);
        create(Resources.VOLUME_ATTACHMENTS, """
                apiVersion: storage.k8s.io/v1
                kind: VolumeAttachment
                metadata: {name: csi-%s}
                spec: {attacher: csi.example.com, nodeName: n1, source: {persistentVolumeName: v}}
                status: {attached: true, attachmentMetadata: {diskUUID: %s}}
                """.formatted(sha256("hcsi.example.comn1"), disk));
        await("the pod has written", () -> Files.exists(content.resolve("a/b/deep")));
        await("its words are there", () -> log("keeper", "keeper").contains("refused"));
        assertThat(log("keeper", "keeper")).contains("kept");
        assertThat(Files.getAttribute(content.resolve("after"), "unix:gid")).isEqualTo(3000);
        assertThat(Files.getAttribute(content.resolve("a/b/deep"), "unix:gid")).isEqualTo(3000);
        Path files = directory.resolve("vm-1/node/pods/" + pod("keeper").uid());
        assertThat(files.resolve("volumes/kubernetes.io~csi/v/mount")).isSymbolicLink();
        delete("keeper", 0);
        await("nothing of it is left", () -> !Files.exists(files));
        assertThat(content.resolve("after")).hasContent("new");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void delete(String pod, long grace) {
        clusters.mutate(
                CLUSTER,
                Resources.PODS,
                name(pod),
                object -> object.metadata()
                        .put("deletionTimestamp", "2026-01-01T00:00:00Z")
                        .put("deletionGracePeriodSeconds", grace));
    }

    private List<String> messages(String pod) {
        return api.list(Resources.EVENTS, Query.in("default")).items().stream()
                .filter(event -> event.text("involvedObject", "name").equals(pod))
                .map(event -> event.text("message"))
                .toList();
    }

    private void create(GroupVersionResource resource, String yaml) {
        api.create(resource, KubeObject.of(Yaml.parseObject(yaml)));
    }

    private KubeObject pod(String name) {
        return api.get(Resources.PODS, name(name));
    }

    private JsonNode container(String pod, int index) {
        return pod(pod).at("status", "containerStatuses").path(index);
    }

    private KubeObject node() {
        return api.get(Resources.NODES, NamespacedName.clusterScoped("n1"));
    }

    private List<String> reasons(String pod) {
        return api.list(Resources.EVENTS, Query.in("default")).items().stream()
                .filter(event -> event.text("involvedObject", "name").equals(pod))
                .map(event -> event.text("reason"))
                .toList();
    }

    private String log(String pod, String container) {
        KubeObject object = pod(pod);
        try {
            return Files.readString(directory.resolve(
                    "vm-1/node/logs/default_" + pod + "_" + object.uid() + "/" + container + "/0.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static NamespacedName name(String name) {
        return new NamespacedName("default", name);
    }

    private void await(String what, BooleanSupplier condition) {
        Instant end = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as(what + "; pods: " + pods()).isBefore(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private String pods() {
        StringBuilder text = new StringBuilder();
        api.list(Resources.PODS, Query.all())
                .items()
                .forEach(pod -> text.append(pod.json().get("status")));
        api.list(Resources.EVENTS, Query.all())
                .items()
                .forEach(e -> text.append("\n").append(e.text("reason") + " " + e.text("message")));
        return text.toString();
    }
}
