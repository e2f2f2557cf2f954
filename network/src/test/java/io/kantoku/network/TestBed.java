package io.kantoku.network;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.lab.Cleanup;
import io.kantoku.lab.Commands;
import io.kantoku.lab.LabException;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Nodes and pods that are namespaces without a way out: a switch with the nodes and one outsider on it. Pods are bare namespaces with
 * servers of this JVM in them.
 */
final class TestBed implements AutoCloseable {
    static final ClusterId CLUSTER = new ClusterId("ns1.tkc01");
    static final Duration SOON = Duration.ofSeconds(15);
    private static final int CONNECT_MILLIS = 1500;

    final Path directory;
    final String tag = "kt-it" + ProcessHandle.current().pid();
    final FakeClusters clusters;
    final Ledger ledger;
    final NetworkNamespace switchNamespace = new NetworkNamespace(tag + "-ovs");
    private final ExecutorService deliveries = Executors.newSingleThreadExecutor();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<String> namespaces = new ArrayList<>();
    PodNetworks networks;

    /** A connected pod. */
    record Pod(NetworkNamespace network, PodSandbox sandbox, String address) {}

    TestBed(Path directory) {
        LoudSkip.unless("pod networks need root, iproute2, nftables and Open vSwitch", TestBed::possible);
        this.directory = directory;
        ledger = Ledger.open(directory.resolve("ledger"));
        clusters = new FakeClusters(deliveries, InstantSource.system());
        clusters.add(CLUSTER);
        namespace("sw");
        Commands.script("ip -n " + tag + "-sw link add br0 type bridge\n"
                + "ip -n " + tag + "-sw addr add 10.44.59.1/24 dev br0\n"
                + "ip -n " + tag + "-sw link set br0 up\n");
        machine("out", "10.44.59.2");
        networks = open();
    }

    private static boolean possible() {
        String probe = "kt-probe-" + ProcessHandle.current().pid();
        try {
            Commands.script("ip netns add " + probe + "; ip netns del " + probe
                    + "; command -v nft ovs-vswitchd ovsdb-server ovs-vsctl >/dev/null");
            return true;
        } catch (LabException e) {
            return false;
        }
    }

    PodNetworks open() {
        return PodNetworks.open(
                clusters, switchNamespace, directory.resolve("network"), ledger, new Processes(ledger, new Random()));
    }

    /** As a killed and restarted process would. */
    void restart() {
        networks.close();
        networks = open();
    }

    NetworkNamespace namespace(String name) {
        Commands.script("ip netns add " + tag + "-" + name + "\nip -n " + tag + "-" + name + " link set lo up\n");
        namespaces.add(tag + "-" + name);
        return new NetworkNamespace(tag + "-" + name);
    }

    NetworkNamespace machine(String name, String address) {
        NetworkNamespace machine = namespace(name);
        Commands.script("ip -n " + tag + "-sw link add v" + name + " type veth peer name eth0 netns " + machine.name()
                + "\nip -n " + tag + "-sw link set v" + name + " master br0 up\n"
                + "ip -n " + machine.name() + " addr add " + address + "/24 dev eth0\n"
                + "ip -n " + machine.name() + " link set eth0 up\n"
                + "ip -n " + machine.name() + " route add default via 10.44.59.1\n");
        return machine;
    }

    NodeNetworkSpec spec(Cni cni, ClusterId cluster, String node, NetworkNamespace machine, String address) {
        return new NodeNetworkSpec(
                cni,
                cluster,
                node,
                machine,
                address,
                Optional.empty(),
                Ipv4Range.parse("192.168.0.0/16"),
                Ipv4Range.parse("10.96.0.0/12"),
                "cluster.local",
                directory.resolve(cluster.value()).resolve(node));
    }

    NodeNetwork start(NodeNetworkSpec spec) throws Exception {
        NodeNetwork network = networks.start(spec);
        try {
            await("the network of " + spec.node(), () -> network.problem().isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ": " + network.problem().orElse(""), e);
        }
        return network;
    }

    /** The result of an action that may fail for a while. */
    static <T> T eventually(Callable<T> action) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                return action.call();
            } catch (NetworkException | LabException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.sleep(20);
        }
    }

    Pod pod(NodeNetwork node, String name) {
        NetworkNamespace network = new NetworkNamespace(tag + "-" + name);
        if (!network.exists()) {
            namespace(name);
        }
        PodSandbox sandbox = new PodSandbox("sandbox-" + name, network.path(), "eth0", "default", name, "uid-" + name);
        PodLink link = node.attach(sandbox);
        return new Pod(
                network, sandbox, link.address().substring(0, link.address().indexOf('/')));
    }

    /** Answers each connection with a name and who connected, and closes. */
    void serve(NetworkNamespace network, String address, int port, String name) throws IOException {
        ServerSocketChannel server = network.listen(new InetSocketAddress(InetAddress.ofLiteral(address), port));
        open.push(server);
        Thread.ofVirtual().start(() -> {
            while (server.isOpen()) {
                try (SocketChannel accepted = server.accept()) {
                    String from = ((InetSocketAddress) accepted.getRemoteAddress())
                            .getAddress()
                            .getHostAddress();
                    accepted.write(ByteBuffer.wrap((name + " " + from).getBytes(StandardCharsets.UTF_8)));
                } catch (ClosedChannelException e) {
                    return;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    /** Returns datagrams with a name. */
    void echo(NetworkNamespace network, String address, int port, String name) throws IOException {
        DatagramChannel channel = network.datagram(new InetSocketAddress(InetAddress.ofLiteral(address), port));
        open.push(channel);
        Thread.ofVirtual().start(() -> {
            ByteBuffer in = ByteBuffer.allocate(2000);
            while (channel.isOpen()) {
                try {
                    var from = channel.receive(in.clear());
                    channel.send(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)), from);
                } catch (ClosedChannelException e) {
                    return;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    /** What a server says to one who connects from a network. */
    static String ask(NetworkNamespace network, String address, int port) throws IOException {
        try (SocketChannel channel = network.socket()) {
            channel.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), CONNECT_MILLIS);
            channel.socket().setSoTimeout(CONNECT_MILLIS);
            return new String(channel.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What comes back for a datagram. */
    static String askUdp(NetworkNamespace network, String own, String address, int port) throws IOException {
        try (DatagramChannel channel = network.datagram(new InetSocketAddress(InetAddress.ofLiteral(own), 0))) {
            return exchange(channel, address, port);
        }
    }

    static String exchange(DatagramChannel channel, String address, int port) throws IOException {
        channel.send(ByteBuffer.wrap(new byte[] {1}), new InetSocketAddress(InetAddress.ofLiteral(address), port));
        channel.socket().setSoTimeout(CONNECT_MILLIS);
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        channel.socket().receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        networks.close();
        Cleanup.run(ledger, Duration.ofSeconds(5));
        ledger.close();
        deliveries.shutdown();
        for (String namespace : namespaces) {
            Commands.script("ip netns del " + namespace + "\n");
        }
    }
}
