package io.kantoku.kubelet.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.Kubeconfig;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.fleet.SimulatedFleet;
import io.kantoku.kubelet.kubeadm.ApiEndpoint;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.Discovery;
import io.kantoku.kubelet.kubeadm.KubeadmConfig;
import io.kantoku.kubelet.kubeadm.KubeadmReader;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import io.kantoku.kubelet.kubeadm.NodeRegistration;
import io.kantoku.lab.NetworkStack;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine's way into a cluster: what it is told, whom it asks, and what it says when it cannot go on. */
class KubeadmNodeTest {
    private static final ClusterId CLUSTER = new ClusterId("ns1.tkc01");
    private static final ClusterConfiguration CONFIGURATION = new ClusterConfiguration(
            "tkc01",
            "v1.18.5+kantoku.1",
            "127.0.0.52:6443",
            "193.0.0.0/16",
            "195.48.0.0/12",
            "cluster.local",
            List.of("127.0.0.52"));
    private static final Discovery DISCOVERY =
            new Discovery("abcdef.0123456789abcdef", "127.0.0.52:6443", List.of("sha256:00"));
    private static final NodeRegistration REGISTRATION = new NodeRegistration(
            "node-1", List.of(), Map.of("node-labels", "a=b,c", "provider-id", "vsphere://1", "node-ip", "127.0.0.60"));

    @TempDir
    Path disk;

    private final ExecutorService deliveries = Executors.newSingleThreadExecutor();
    private final FakeClusters clusters = new FakeClusters(deliveries, InstantSource.system());
    private final FakeKubeClient client = clusters.add(CLUSTER);
    private final SimulatedFleet fleet = new SimulatedFleet(clusters, ControllerSettings.standard());
    private final FakeHost host = new FakeHost();
    private final FakeDiscovery discovery = new FakeDiscovery();
    private final List<KubeadmNode> started = new ArrayList<>();
    private String release = "";

    @BeforeEach
    void start() {
        fleet.start();
    }

    @AfterEach
    void stop() {
        started.forEach(KubeadmNode::close);
        fleet.close();
        deliveries.shutdownNow();
    }

    @Test
    void theFirstControlPlaneServesAndTellsWhatJoiningNodesNeed() throws Exception {
        Outcome outcome = boot(init(), keys());
        assertThat(outcome.end()).isEqualTo("joined");
        assertThat(host.specs).singleElement().satisfies(spec -> {
            assertThat(spec.addresses()).containsExactly("127.0.0.50", "127.0.0.60");
            assertThat(spec.port()).isEqualTo(6443);
            assertThat(spec.cluster()).isEqualTo(CONFIGURATION);
            assertThat(spec.keys().toString()).doesNotContain("content");
        });
        KubeObject config = client.get(Resources.CONFIG_MAPS, new NamespacedName("kube-system", "kubeadm-config"));
        assertThat(KubeadmReader.readCluster(Yaml.parse(config.text("data", "ClusterConfiguration"))))
                .isEqualTo(CONFIGURATION);
        KubeObject info = client.get(Resources.CONFIG_MAPS, new NamespacedName("kube-public", "cluster-info"));
        assertThat(Kubeconfig.parse(info.text("data", "kubeconfig")).cluster(""))
                .contains(new Kubeconfig.Cluster("https://127.0.0.52:6443", "content of ca.crt", false));
        KubeObject node = client.get(Resources.NODES, NamespacedName.clusterScoped("node-1"));
        assertThat(node.labels()).containsEntry("a", "b").containsEntry("c", "");
        assertThat(node.text("spec", "providerID")).isEqualTo("vsphere://1");
        assertThat(discovery.asked).isEmpty();

        started.removeLast().close();
        assertThat(host.closed).isEqualTo(1);
        config.json().putObject("data").put("ClusterConfiguration", "of a later release by now");
        client.update(Resources.CONFIG_MAPS, config);
        assertThat(boot(init(), keys()).end()).isEqualTo("joined"); // started again
        assertThat(client.get(Resources.CONFIG_MAPS, config.namespacedName()).at("data"))
                .isEqualTo(config.at("data"));
    }

    @Test
    void aNodeIsOfItsImagesReleaseWhateverItsClusterIsOf() throws Exception {
        discovery.answers.add(CONFIGURATION);
        release = "v1.19.16+kantoku.1";
        assertThat(boot(join(null), Map.of()).end()).isEqualTo("joined");
        assertThat(client.get(Resources.NODES, NamespacedName.clusterScoped("node-1"))
                        .text("status", "nodeInfo", "kubeletVersion"))
                .isEqualTo(release);
    }

    @Test
    void aWorkerAsksAndJoins() throws Exception {
        discovery.answers.add(CONFIGURATION);
        assertThat(boot(join(null), Map.of()).end()).isEqualTo("joined");
        assertThat(discovery.asked).containsExactly(DISCOVERY);
        assertThat(host.specs).isEmpty();
        assertThat(client.find(Resources.NODES, NamespacedName.clusterScoped("node-1")))
                .isPresent();
    }

    @Test
    void aFurtherControlPlaneServesWhatItWasTold() throws Exception {
        discovery.answers.add(CONFIGURATION);
        assertThat(boot(join(new ApiEndpoint("127.0.0.60", 7443)), keys()).end())
                .isEqualTo("joined");
        assertThat(host.specs).singleElement().satisfies(spec -> {
            assertThat(spec.cluster()).isEqualTo(CONFIGURATION);
            assertThat(spec.port()).isEqualTo(7443);
        });
    }

    /** Who can write a cluster's kubeadm-config, or bootstrap data, does not bring machines into another cluster. */
    @Test
    void aMachineServesAndJoinsNoClusterButItsOwn() throws Exception {
        clusters.add(ClusterId.SUPERVISOR);
        var named = KubeadmWriter.forMinor(18)
                .write(new KubeadmConfig.Init(CONFIGURATION, new ApiEndpoint("127.0.0.60", 6443), REGISTRATION));
        named.get(1)
                .putObject("etcd")
                .putObject("external")
                .putArray("endpoints")
                .add("kantoku://store/supervisor");
        assertThat(boot(List.of(Yaml.writeAll(named)), keys()).end()).isEqualTo("joined");
        assertThat(host.specs)
                .singleElement()
                .satisfies(spec -> assertThat(spec.id()).isEqualTo(CLUSTER));
        assertThat(clusters.cluster(ClusterId.SUPERVISOR)
                        .list(Resources.NODES, Query.all())
                        .items())
                .isEmpty();
    }

    @Test
    void asksAgainUntilThereIsAnAnswer() throws Exception {
        discovery.answers.add("nothing listens there");
        discovery.answers.add("still nothing");
        discovery.answers.add(CONFIGURATION);
        Outcome outcome = boot(join(null), Map.of());
        assertThat(outcome.end()).isEqualTo("joined");
        assertThat(outcome.progress())
                .contains("waiting for the control plane at 127.0.0.52:6443", "nothing listens there", "still nothing");
    }

    @Test
    void startsAgainWithoutAsking() throws Exception {
        discovery.answers.add(CONFIGURATION);
        boot(join(null), Map.of());
        started.removeLast().close();
        assertThat(boot(join(null), Map.of()).end()).isEqualTo("joined");
        assertThat(discovery.asked).hasSize(1);
    }

    @Test
    void saysWhatIsWrongWithItsBootstrapData() throws Exception {
        assertThat(boot(List.of(), Map.of(), List.of("reboot")).end())
                .isEqualTo("failed: the bootstrap data has no command 'kubeadm init --config FILE' or 'kubeadm join"
                        + " --config FILE'");
        assertThat(boot(List.of(), Map.of(), List.of("kubeadm init --config /nowhere"))
                        .end())
                .contains("names a file that the bootstrap data does not write");
        assertThat(boot(init(), Map.of()).end())
                .isEqualTo("failed: the bootstrap data has no file /etc/kubernetes/pki/ca.crt, which a control plane"
                        + " needs");
    }

    @Test
    void saysWhenItCannotServe() throws Exception {
        host.refusal = new NodeException(NodeException.Code.ADDRESS_UNAVAILABLE, "127.0.0.50:6443 is in use");
        assertThat(boot(init(), keys()).end()).isEqualTo("failed: 127.0.0.50:6443 is in use");
        host.refusal = new IllegalStateException("surprise");
        assertThat(boot(init(), keys()).end()).contains("surprise");
        started.clear();
    }

    @Test
    void aMachineThatIsSwitchedOffStopsAskingAndSaysNothing() throws Exception {
        discovery.blocks = true;
        List<String> ends = new CopyOnWriteArrayList<>();
        KubeadmNode node =
                KubeadmNode.start(environment(), facts(join(null), Map.of(), commands("join")), listener(ends));
        discovery.entered.get(10, TimeUnit.SECONDS);
        node.close();
        discovery.left.get(10, TimeUnit.SECONDS);
        assertThat(ends).isEmpty();
        assertThat(client.find(Resources.NODES, NamespacedName.clusterScoped("node-1")))
                .isEmpty();
    }

    private record Outcome(String end, List<String> progress) {}

    private Outcome boot(List<String> documents, Map<String, String> keys) throws Exception {
        return boot(documents, keys, commands(documents.getFirst().contains("JoinConfiguration") ? "join" : "init"));
    }

    private Outcome boot(List<String> documents, Map<String, String> keys, List<String> commands) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        List<String> progress = new CopyOnWriteArrayList<>();
        started.add(KubeadmNode.start(environment(), facts(documents, keys, commands), new BootListener() {
            @Override
            public void progress(String message) {
                progress.add(message);
            }

            @Override
            public void joined() {
                end.complete("joined");
            }

            @Override
            public void failed(String reason) {
                end.complete("failed: " + reason);
            }
        }));
        return new Outcome(end.get(20, TimeUnit.SECONDS), progress);
    }

    private static BootListener listener(List<String> ends) {
        return new BootListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void joined() {
                ends.add("joined");
            }

            @Override
            public void failed(String reason) {
                ends.add(reason);
            }
        };
    }

    private NodeEnvironment environment() {
        return new NodeEnvironment(host, clusters, fleet, discovery, InstantSource.system(), new Random(1));
    }

    private MachineFacts facts(List<String> documents, Map<String, String> keys, List<String> commands) {
        Map<String, String> files = new HashMap<>(keys);
        files.put("/run/kubeadm/config.yaml", String.join("\n---\n", documents));
        return new MachineFacts(
                "node-1",
                CLUSTER,
                release,
                List.of("127.0.0.50", "127.0.0.60"),
                2,
                4L << 30,
                files,
                commands,
                NetworkStack.host(),
                disk,
                NodeDisk.in(disk));
    }

    private static List<String> commands(String command) {
        return List.of("swapoff -a", "kubeadm " + command + " --config /run/kubeadm/config.yaml");
    }

    private static List<String> init() {
        return write(new KubeadmConfig.Init(CONFIGURATION, new ApiEndpoint("127.0.0.60", 6443), REGISTRATION));
    }

    private static List<String> join(ApiEndpoint controlPlane) {
        return write(new KubeadmConfig.Join(DISCOVERY, controlPlane, REGISTRATION));
    }

    private static List<String> write(KubeadmConfig config) {
        return KubeadmWriter.forMinor(18).write(config).stream()
                .map(Yaml::write)
                .toList();
    }

    private static Map<String, String> keys() {
        Map<String, String> keys = new HashMap<>();
        for (String name :
                List.of("ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "sa.key", "sa.pub")) {
            keys.put(ControlPlaneKeys.DIRECTORY + name, "content of " + name);
        }
        return keys;
    }

    private static final class FakeHost implements ControlPlaneHost {
        private final List<ControlPlaneSpec> specs = new CopyOnWriteArrayList<>();
        private volatile RuntimeException refusal;
        private volatile int closed;

        @Override
        public ControlPlane start(ControlPlaneSpec spec) {
            if (refusal != null) {
                throw refusal;
            }
            specs.add(spec);
            return new ControlPlane() {
                @Override
                public ClusterId cluster() {
                    return CLUSTER;
                }

                @Override
                public void close() {
                    closed = closed + 1;
                }
            };
        }
    }

    /** Answers in turn: with a configuration, or a reason to fail. */
    private static final class FakeDiscovery implements ClusterDiscovery {
        private final Queue<Object> answers = new ArrayDeque<>();
        private final List<Discovery> asked = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> entered = new CompletableFuture<>();
        private final CompletableFuture<Void> left = new CompletableFuture<>();
        private volatile boolean blocks;

        @Override
        public ClusterConfiguration discover(Discovery discovery, NetworkStack network) {
            asked.add(discovery);
            if (blocks) {
                entered.complete(null);
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    left.complete(null);
                    throw new NodeException(NodeException.Code.JOIN_FAILED, "interrupted", e);
                }
            }
            if (answers.remove() instanceof ClusterConfiguration found) {
                return found;
            }
            throw new NodeException(NodeException.Code.JOIN_FAILED, reason());
        }

        private String reason() {
            return asked.size() == 1 ? "nothing listens there" : "still nothing";
        }
    }
}
