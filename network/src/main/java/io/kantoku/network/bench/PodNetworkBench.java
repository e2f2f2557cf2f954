package io.kantoku.network.bench;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Resources;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.lab.Cleanup;
import io.kantoku.lab.Commands;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.network.Cni;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.NetworkException;
import io.kantoku.network.NodeNetwork;
import io.kantoku.network.NodeNetworkSpec;
import io.kantoku.network.PodNetworks;
import io.kantoku.network.PodSandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Two nodes and their pods on a bridge, once with each pod network, beside two namespaces on a bare bridge. Needs root; makes nothing but namespaces of its own, and
 * removes them.
 */
public final class PodNetworkBench implements AutoCloseable {
    private static final ClusterId CLUSTER = new ClusterId("bench");
    private static final String SERVICE = "10.96.0.99";
    private static final int PORT = 8080;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final Duration time;
    private final Consumer<Measured> results;
    private final String tag = "ktb" + ProcessHandle.current().pid();
    private final Ledger ledger;

    /**
     * Measures nothing yet.
     *
     * @param directory empty, for what daemons write
     * @param time for each figure
     */
    public PodNetworkBench(Path directory, Duration time, Consumer<Measured> results) {
        this.directory = directory;
        this.time = time;
        this.results = results;
        ledger = Ledger.open(directory.resolve("ledger"));
        namespace("sw");
        Commands.script("ip -n " + tag + "-sw link add br0 type bridge\nip -n " + tag + "-sw link set br0 up\n");
    }

    /** All of it. */
    public void run() throws IOException, InterruptedException {
        bridge();
        for (Cni cni : Cni.values()) {
            run(cni);
        }
    }

    /** Only what everything is compared with: two namespaces on a bare bridge. */
    public void bridge() throws IOException {
        NetworkNamespace near = machine("b1", "10.44.59.201");
        NetworkNamespace far = machine("b2", "10.44.59.202");
        try (Load _ = new Load(far, "10.44.59.202", PORT)) {
            measure("bridge", "bare", near, "10.44.59.202", PORT);
        }
    }

    private void run(Cni cni) throws IOException, InterruptedException {
        ExecutorService deliveries = Executors.newSingleThreadExecutor();
        FakeClusters clusters = new FakeClusters(deliveries, InstantSource.system());
        clusters.add(CLUSTER);
        clusters.put(CLUSTER, Resources.SERVICES, read("""
                {apiVersion: v1, kind: Service, metadata: {namespace: default, name: far},
                 spec: {clusterIP: %s, ports: [{port: 80}]}}""".formatted(SERVICE)));
        clusters.put(CLUSTER, Resources.ENDPOINT_SLICES, read("""
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4,
                 metadata: {namespace: default, name: far, labels: {kubernetes.io/service-name: far}},
                 ports: [{port: %d}], endpoints: [{addresses: [192.168.2.2]}]}""".formatted(PORT)));
        try (PodNetworks networks = PodNetworks.open(
                clusters,
                new NetworkNamespace(tag + "-ovs"),
                directory.resolve(cni.toString()),
                ledger,
                new Processes(ledger, new Random()))) {
            NodeNetwork one = node(networks, clusters, cni, 1);
            NodeNetwork two = node(networks, clusters, cni, 2);
            NetworkNamespace client = pod(one, cni + "a");
            NetworkNamespace near = pod(one, cni + "b");
            NetworkNamespace far = pod(two, cni + "c");
            try (Load _ = new Load(near, "192.168.1.3", PORT);
                    Load _ = new Load(far, "192.168.2.2", PORT)) {
                measure(cni.toString(), "same node", client, "192.168.1.3", PORT);
                measure(cni.toString(), "other node", client, "192.168.2.2", PORT);
                measure(cni.toString(), "Service, other node", client, SERVICE, 80);
            }
        } finally {
            deliveries.shutdown();
        }
    }

    private NodeNetwork node(PodNetworks networks, FakeClusters clusters, Cni cni, int number)
            throws IOException, InterruptedException {
        String name = cni + "-n" + number;
        String address = "10.44.59." + (cni == Cni.ANTREA ? 110 + number : 120 + number);
        clusters.put(CLUSTER, Resources.NODES, read("""
                {apiVersion: v1, kind: Node, metadata: {name: %s}, spec: {podCIDR: 192.168.%d.0/24},
                 status: {addresses: [{type: InternalIP, address: %s}]}}""".formatted(name, number, address)));
        NodeNetwork node = networks.start(new NodeNetworkSpec(
                cni,
                CLUSTER,
                name,
                machine(name, address),
                address,
                Optional.empty(),
                Ipv4Range.parse("192.168.0.0/16"),
                Ipv4Range.parse("10.96.0.0/12"),
                "cluster.local",
                directory.resolve(name)));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (node.problem().isPresent()) {
            if (System.nanoTime() > deadline) {
                throw new NetworkException(
                        NetworkException.Code.FAILED,
                        name + ": " + node.problem().orElse(""));
            }
            Thread.sleep(10);
        }
        return node;
    }

    private NetworkNamespace pod(NodeNetwork node, String name) {
        NetworkNamespace network = namespace(name);
        node.attach(new PodSandbox("bench-" + name, network.path(), "eth0", "default", name, name));
        return network;
    }

    private void measure(String network, String path, NetworkNamespace client, String address, int port)
            throws IOException {
        results.accept(Load.measure(network, path, client, address, port, time));
    }

    private static KubeObject read(String yaml) {
        return KubeObject.of(Yaml.parseObject(yaml));
    }

    private NetworkNamespace namespace(String name) {
        NetworkNamespace namespace = new NetworkNamespace(tag + "-" + name);
        ledger.record(new LedgerEntry.Namespace(namespace.name()));
        Commands.script("ip netns add " + namespace.name() + "\nip -n " + namespace.name() + " link set lo up\n");
        return namespace;
    }

    private NetworkNamespace machine(String name, String address) {
        NetworkNamespace machine = namespace(name);
        String link = "v" + name.toLowerCase(Locale.ROOT);
        Commands.script("ip -n " + tag + "-sw link add " + link + " type veth peer name eth0 netns " + machine.name()
                + "\nip -n " + tag + "-sw link set " + link + " master br0 up\n"
                + "ip -n " + machine.name() + " addr add " + address + "/24 dev eth0\n"
                + "ip -n " + machine.name() + " link set eth0 up\n"
                + "ip -n " + machine.name() + " route add unreachable default\n");
        return machine;
    }

    @Override
    public void close() {
        Cleanup.run(ledger, Duration.ofSeconds(5));
        ledger.close();
    }
}
