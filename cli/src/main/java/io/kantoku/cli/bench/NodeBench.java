package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.cli.VcenterClient;
import io.kantoku.cli.trial.OwnHost;
import io.kantoku.cli.trial.Trial;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.kubelet.runtime.RuntimeLayout;
import io.kantoku.lab.Commands;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.network.bench.Load;
import io.kantoku.network.bench.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The nodes of one guest cluster in the lab: how soon pods run, what carries their packets, what a node needs. */
final class NodeBench {
    private static final int PORT = 9090;
    private static final int KEPT = 10;
    private static final DeleteOptions AT_ONCE = DeleteOptions.background();

    private final Trial trial;
    private final String cni;
    private final KubeClient guest;
    private final List<String> workers;

    /** Times of pods that were started one after the other, in milliseconds and sorted, and of the very first one. */
    record PodTimes(double first, List<Double> sorted) {
        PodTimes {
            sorted = List.copyOf(sorted);
        }

        double quantile(double part) {
            return sorted.get((int) Math.min(sorted.size() - 1L, (long) (sorted.size() * part)));
        }
    }

    /** Bytes of a node's control group: containerd, shims, containers and the files that they have read. */
    record NodeMemory(long empty, long withPods, int pods) {}

    NodeBench(Trial trial, String cni, KubeClient guest) {
        this.trial = trial;
        this.cni = cni;
        this.guest = guest;
        this.workers = guest.list(Resources.NODES, Query.all()).items().stream()
                .filter(node -> node.labels().keySet().stream().noneMatch(label -> label.endsWith("/master")))
                .map(KubeObject::name)
                .sorted()
                .toList();
        TrialFailure.unless(workers.size() == 2, "the cluster has the workers " + workers + ", and not two");
    }

    String cni() {
        return cni;
    }

    /** The memory of the first worker. */
    long memory() {
        return ControlGroups.memory(layout(workers.getFirst()).controlGroup())
                .orElseThrow(() -> new TrialFailure("the node has no control group"));
    }

    private RuntimeLayout layout(String node) {
        try (VcenterClient vcenter = trial.vcenter()) {
            for (JsonNode vm : vcenter.get("/api/vcenter/vm")) {
                if (vm.path("name").asText().equals(node)) {
                    return RuntimeLayout.of(trial.state()
                            .path()
                            .resolve("vsphere/machines")
                            .resolve(vm.path("vm").asText()));
                }
            }
        }
        throw new TrialFailure("the inventory has no machine " + node);
    }

    /** From the creation of each pod to its being seen running; only the last few are kept, all on the first worker. */
    PodTimes pods(int count) throws InterruptedException {
        double first = 0;
        List<Double> times = new ArrayList<>();
        for (int i = -1; i < count; i++) { // the first one waits for the image
            Stopwatch watch = new Stopwatch();
            create("start-" + (i + 1), workers.getFirst(), "start");
            Duration took = running("start-" + (i + 1), watch);
            if (i < 0) {
                first = took.toNanos() / 1e6;
            } else {
                times.add(took.toNanos() / 1e6);
            }
            if (i + 1 >= KEPT) {
                delete("start-" + (i + 1 - KEPT));
            }
        }
        return new PodTimes(first, times.stream().sorted().toList());
    }

    /** How many of them are there when all have been started. */
    static int kept(int count) {
        return Math.min(count + 1, KEPT);
    }

    private void create(String name, String node, String app) {
        guest.create(Resources.PODS, KubeObject.of(Yaml.parseObject("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: default, labels: {app: %s}}
                        spec:
                          nodeName: %s
                          terminationGracePeriodSeconds: 0
                          containers: [{name: demo, image: "demo:1"}]
                        """.formatted(name, app, node))));
    }

    private Duration running(String name, Stopwatch watch) throws InterruptedException {
        return watch.until(
                "pod " + name + " runs",
                () -> find(name)
                        .map(pod -> pod.at("status", "containerStatuses").path(0))
                        .filter(status -> status.path("state").has("running"))
                        .isPresent());
    }

    private Optional<KubeObject> find(String name) {
        return guest.find(Resources.PODS, new NamespacedName("default", name));
    }

    private void delete(String name) {
        guest.delete(Resources.PODS, new NamespacedName("default", name), AT_ONCE);
    }

    /** Between two pods of one node, of two nodes, and through the virtual IP of a Service from the host. */
    void paths(Duration time, Consumer<Measured> results) throws IOException, InterruptedException {
        NetworkNamespace client = network("client", workers.getFirst());
        NetworkNamespace near = network("near", workers.getFirst());
        NetworkNamespace far = network("far", workers.getLast());
        String vip = publish();
        try (Load _ = new Load(near, address("near"), PORT);
                Load _ = new Load(far, address("far"), PORT)) {
            results.accept(Load.measure(cni, "pod to pod, same node", client, address("near"), PORT, time));
            results.accept(Load.measure(cni, "pod to pod, other node", client, address("far"), PORT, time));
            NetworkNamespace host = OwnHost.here();
            new Stopwatch().until("the virtual IP answers", () -> answers(host, vip));
            results.accept(Load.measure(cni, "host to virtual IP to pod", host, vip, 80, time));
        }
    }

    private static boolean answers(NetworkNamespace host, String vip) {
        try {
            return Load.measure("", "", host, vip, 80, Duration.ofMillis(10)).gigabits() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String publish() throws InterruptedException {
        guest.create(Resources.SERVICES, KubeObject.of(Yaml.parseObject("""
                        apiVersion: v1
                        kind: Service
                        metadata: {name: far, namespace: default}
                        spec: {type: LoadBalancer, selector: {app: far}, ports: [{port: 80, targetPort: %d}]}
                        """.formatted(PORT))));
        NamespacedName name = new NamespacedName("default", "far");
        new Stopwatch().until("the Service has its address", () -> !vip(name).isEmpty());
        return vip(name);
    }

    private String vip(NamespacedName service) {
        return guest.get(Resources.SERVICES, service)
                .at("status", "loadBalancer", "ingress")
                .path(0)
                .path("ip")
                .asText("");
    }

    private String address(String pod) {
        return find(pod).orElseThrow().text("status", "podIP");
    }

    /** The network namespace of a new pod, found by its address among those of its node. */
    private NetworkNamespace network(String pod, String node) throws IOException, InterruptedException {
        create(pod, node, pod);
        running(pod, new Stopwatch());
        String address = address(pod);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(layout(node).namespaces())) {
            all.forEach(files::add);
        }
        for (Path file : files) {
            NetworkNamespace network = new NetworkNamespace(file.getFileName().toString());
            if (Commands.run(List.of("ip", "-n", network.name(), "-4", "-o", "addr", "show"))
                    .output()
                    .contains(" " + address + "/")) {
                return network;
            }
        }
        throw new TrialFailure("no namespace of " + node + " has the address " + address + " of pod " + pod);
    }
}
