package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.cli.VcenterClient;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.cli.trial.Trial;
import io.kantoku.client.Conditions;
import io.kantoku.client.Endpoint;
import io.kantoku.client.HttpKubeClient;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Kubeconfig;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** The times of an instance, a Supervisor and guest clusters, all seen from outside. */
final class ClusterBench implements AutoCloseable {
    private static final GroupVersionResource TKCS =
            GroupVersion.parse("run.tanzu.vmware.com/v1alpha1").resource("tanzukubernetesclusters");
    private static final String NAMESPACE = "bench";

    private final Trial trial;
    private final HttpClient http = HttpClient.start();

    ClusterBench(Trial trial) {
        this.trial = trial;
    }

    /** From the command to the console's answer. */
    Figure up() throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        trial.up().succeeds();
        try (VcenterClient vcenter = trial.vcenter()) {
            Duration took = watch.until(
                    "the console answers and the inventory is ready",
                    () -> vcenter.status().isPresent()
                            && vcenter.get("/api/vcenter/host").size() == 3);
            return new Figure("up -> console answers, inventory ready", took, Duration.ofSeconds(2), "envtest: 5-10 s");
        }
    }

    /** From the call to three Ready masters through the virtual IP. */
    Figure enable() throws InterruptedException {
        JsonNode spec = trial.kantoku("enable", "--print-spec").json();
        try (VcenterClient vcenter = trial.vcenter()) {
            String id = vcenter.get("/api/vcenter/cluster").at("/0/cluster").asText();
            String path = "/api/vcenter/namespace-management/clusters/" + id;
            Stopwatch watch = new Stopwatch();
            vcenter.post(path + "?action=enable", spec);
            watch.until(
                    "the Supervisor is RUNNING",
                    () -> vcenter.get(path).path("config_status").asText().equals("RUNNING"));
            KubeClient supervisor = supervisor();
            Duration took = watch.until("three masters are Ready", () -> readyNodes(supervisor) == 3);
            return new Figure(
                    "enable -> RUNNING, 3 masters Ready, virtual IP answers",
                    took,
                    Duration.ofSeconds(3),
                    "vSphere: 30-60 min");
        }
    }

    void namespace() throws InterruptedException {
        trial.kantoku("namespace", "create", NAMESPACE, "--storage-policy", "k8s-storage")
                .succeeds();
    }

    /** From the creation of the article's cluster to six Ready nodes through its virtual IP. */
    Figure article() throws IOException, InterruptedException {
        Duration took = create("tkc01", 3, 3, "antrea");
        return new Figure(
                "cluster of 3 + 3 applied -> all nodes Ready through its VIP",
                took,
                Duration.ofSeconds(trial.isLab() ? 5 : 1),
                "kind: 47 s to app DNS; vSphere: 10-30 min");
    }

    /** A cluster of one master and one worker. */
    Figure small(int number) throws IOException, InterruptedException {
        Duration took = create("small-" + number, 1, 1, "antrea");
        return new Figure(
                "cluster " + number + " of 1 + 1 -> both nodes Ready through its VIP", took, Duration.ZERO, "");
    }

    Memory memory() throws IOException, InterruptedException {
        return Memory.of(trial.shell(), trial.pid());
    }

    private KubeClient supervisor() {
        return client(Kubeconfig.parse(
                StateDirectory.read(trial.state().supervisorKubeconfig()).orElseThrow()));
    }

    private KubeClient client(Kubeconfig config) {
        return new HttpKubeClient(ClusterId.SUPERVISOR, http, Endpoint.of(config, config.current(), Dialler.host()));
    }

    /** A cluster with a pod network by name; the time until all its nodes are Ready. */
    Duration create(String name, int masters, int workers, String cni) throws IOException, InterruptedException {
        ObjectNode manifest = Yaml.parseObject(trial.example("tkc01.yaml"));
        ((ObjectNode) manifest.path("metadata")).put("name", name).put("namespace", NAMESPACE);
        ((ObjectNode) manifest.at("/spec/settings/network/cni")).put("name", cni);
        ObjectNode topology = (ObjectNode) manifest.at("/spec/topology");
        pool(topology, "controlPlane", masters);
        pool(topology, "workers", workers);
        KubeClient supervisor = supervisor();
        Stopwatch watch = new Stopwatch();
        supervisor.create(TKCS, KubeObject.of(manifest));
        Guest guest = new Guest(supervisor, name);
        return watch.until("all nodes of " + name + " are Ready", () -> guest.readyNodes() == masters + workers);
    }

    /** The API of a cluster that is there, through its virtual IP, as its administrator. */
    KubeClient guest(String name) {
        Guest guest = new Guest(supervisor(), name);
        guest.readyNodes();
        return guest.client.orElseThrow();
    }

    /** Machines that reserve nothing: what is measured is not the hosts' capacity. */
    private static void pool(ObjectNode topology, String name, int count) {
        ((ObjectNode) topology.path(name)).put("count", count).put("class", "best-effort-xsmall");
    }

    /** A guest cluster, asked as soon as its administrator's kubeconfig is there. */
    private final class Guest {
        private final KubeClient supervisor;
        private final NamespacedName secret;
        private Optional<KubeClient> client = Optional.empty();

        Guest(KubeClient supervisor, String name) {
            this.supervisor = supervisor;
            this.secret = new NamespacedName(NAMESPACE, name + "-kubeconfig");
        }

        int readyNodes() {
            if (client.isEmpty()) {
                client = supervisor.find(Resources.SECRETS, secret).map(found -> {
                    byte[] config = Base64.getDecoder()
                            .decode(found.at("data").path("value").asText());
                    return client(Kubeconfig.parse(new String(config, StandardCharsets.UTF_8)));
                });
            }
            return client.map(ClusterBench::readyNodes).orElse(0);
        }
    }

    private static int readyNodes(KubeClient client) {
        int ready = 0;
        for (KubeObject node : client.list(Resources.NODES, Query.all()).items()) {
            ready += Conditions.find(node, "Ready")
                            .filter(condition -> condition.isTrue())
                            .isPresent()
                    ? 1
                    : 0;
        }
        return ready;
    }

    @Override
    public void close() {
        http.close();
    }
}
