package io.kantoku.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Conditions;
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
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.transport.HttpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A node with real containers in a network namespace without a way out, and a Kubernetes API in memory. */
final class NodeBed implements AutoCloseable {
    static final ClusterId CLUSTER = new ClusterId("t1");

    private final Path directory;
    private final NetworkNamespace machine =
            new NetworkNamespace("kt-node-" + Long.toHexString(System.nanoTime() & 0xFFFFFFL));
    private final FakeClusters clusters = new FakeClusters(Executors.newVirtualThreadPerTaskExecutor(), Timer.system());
    private final FakeKubeClient api;
    private final Ledger ledger;
    private final HttpClient http;
    private PodStreams streams;
    private ContainerFleet fleet;

    NodeBed(Path directory) throws Exception {
        this.directory = directory;
        PointToPoint.run("ip", "netns", "add", machine.name());
        PointToPoint.run("ip", "-n", machine.name(), "link", "set", "lo", "up");
        PointToPoint.run("ip", "-n", machine.name(), "address", "add", "10.77.255.1/32", "dev", "lo");
        ledger = Ledger.open(directory.resolve("ledger"));
        http = HttpClient.start();
        api = clusters.add(CLUSTER);
        start();
        await("the node is ready", () -> Conditions.isTrue(node(), "Ready"));
    }

    /** Begins another life of the process: containers run on. */
    void restart() throws Exception {
        fleet.close();
        start();
    }

    private void start() throws Exception {
        ImageStore images = ImageStore.open(directory.resolve("images"));
        images.put(DemoImage.image());
        fleet = new ContainerFleet(new FleetParts(
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
        join();
    }

    void join() {
        NodePlace place = new NodePlace(
                machine,
                machineDirectory(),
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
        fleet.join(new NodeSpec(CLUSTER, "n1", Map.of(), List.of(), "10.77.255.1", "v1.34.1", "", 2, 2L << 30), place);
    }

    /** As by a power cut. */
    void leave() {
        fleet.leave(CLUSTER, "n1");
    }

    @Override
    public void close() {
        leave();
        fleet.close();
        http.close();
        assertThat(Cleanup.run(ledger, Duration.ofSeconds(2)).left()).isEmpty();
        ledger.close();
        assertThat(ControlGroups.exists(layout().controlGroup())).isFalse();
        PointToPoint.run("ip", "netns", "delete", machine.name());
    }

    NetworkNamespace machine() {
        return machine;
    }

    Path machineDirectory() {
        return directory.resolve("vm-1");
    }

    RuntimeLayout layout() {
        return RuntimeLayout.of(machineDirectory());
    }

    FakeKubeClient api() {
        return api;
    }

    Ledger ledger() {
        return ledger;
    }

    HttpClient http() {
        return http;
    }

    PodStreams streams() {
        return streams;
    }

    /** Deletes a pod as an API server does it: the kubelet has the last word. */
    void delete(String pod, long grace) {
        change(
                pod,
                object -> object.metadata()
                        .put("deletionTimestamp", "2026-01-01T00:00:00Z")
                        .put("deletionGracePeriodSeconds", grace));
    }

    /** Changes a pod, whoever else does. */
    void change(String pod, Consumer<KubeObject> change) {
        clusters.mutate(CLUSTER, Resources.PODS, name(pod), change::accept);
    }

    void create(GroupVersionResource resource, String yaml) {
        api.create(resource, KubeObject.of(Yaml.parseObject(yaml)));
    }

    KubeObject pod(String name) {
        return api.get(Resources.PODS, name(name));
    }

    boolean gone(String pod) {
        return api.find(Resources.PODS, name(pod)).isEmpty();
    }

    String phase(String pod) {
        return pod(pod).text("status", "phase");
    }

    JsonNode container(String pod, int index) {
        return pod(pod).at("status", "containerStatuses").path(index);
    }

    KubeObject node() {
        return api.get(Resources.NODES, NamespacedName.clusterScoped("n1"));
    }

    /** What a command prints in a running container. */
    String run(String pod, String container, String... command) {
        PodStreams.CommandResult result = streams.run(
                new PodStreams.ContainerName("default", pod, container), List.of(command), Duration.ofSeconds(10));
        return new String(result.stdout(), StandardCharsets.UTF_8)
                + new String(result.stderr(), StandardCharsets.UTF_8);
    }

    List<String> messages(String about) {
        return events(about, "message");
    }

    List<String> reasons(String about) {
        return events(about, "reason");
    }

    private List<String> events(String about, String field) {
        return api.list(Resources.EVENTS, Query.in("default")).items().stream()
                .filter(event -> event.text("involvedObject", "name").equals(about))
                .map(event -> event.text(field))
                .toList();
    }

    String log(String pod, String container) {
        KubeObject object = pod(pod);
        try {
            return Files.readString(
                    layout().logs().resolve("default_" + pod + "_" + object.uid() + "/" + container + "/0.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static NamespacedName name(String name) {
        return new NamespacedName("default", name);
    }

    void await(String what, BooleanSupplier condition) {
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
