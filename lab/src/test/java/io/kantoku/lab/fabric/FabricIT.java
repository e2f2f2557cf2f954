package io.kantoku.lab.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.Cleanup;
import io.kantoku.lab.Commands;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real namespaces; one of them is the host, so that the machine's own network stays as it is. */
class FabricIT {
    private static final int PORT = 7000;

    @TempDir
    private Path directory;

    private final String tag = UUID.randomUUID().toString().substring(0, 6);
    private final FabricSpec spec = new FabricSpec(
            tag,
            List.of(
                    new Segment("management", Subnet.parse("10.44.58.0/24")),
                    new Segment("workload", Subnet.parse("10.44.59.0/24"))),
            Subnet.parse("10.44.254.0/31"),
            List.of(Subnet.parse("10.44.59.64/27")),
            List.of(Subnet.parse("10.44.0.0/16")),
            "kthost-" + tag,
            false);
    private final NetworkNamespace host = new NetworkNamespace("kthost-" + tag);
    private Ledger ledger;

    @BeforeEach
    void open() {
        ledger = Ledger.open(directory.resolve("ledger"));
        ledger.record(new LedgerEntry.Namespace(host.name()));
        Commands.script("ip netns add " + host.name() + "\nip -n " + host.name() + " link set lo up\n");
    }

    @AfterEach
    void nothingIsLeft() {
        Cleanup.Report report = Cleanup.run(ledger, Duration.ofSeconds(2));
        ledger.close();
        assertThat(report.left()).isEmpty();
        assertThat(Commands.run(List.of("ip", "netns", "list")).output()).doesNotContain(tag);
        assertThat(Commands.run(List.of("ip", "link", "show")).output()).doesNotContain(tag);
    }

    private static Wiring node(int number) {
        return new Wiring(
                "vm-" + number,
                List.of(new Port(
                        "eth0",
                        "workload",
                        "10.44.59." + (100 + number) + "/24",
                        "10.44.59.1",
                        "00:50:56:aa:00:0" + number)));
    }

    private static Wiring control() {
        return new Wiring(
                "vm-9",
                List.of(
                        new Port("eth0", "management", "10.44.58.50/24", "10.44.58.1", "00:50:56:aa:01:00"),
                        new Port("eth1", "workload", "10.44.59.150/24", "10.44.59.1", "00:50:56:aa:01:01")));
    }

    private static void connects(NetworkStack from, NetworkStack to, String address) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.ofLiteral(address), PORT);
        try (ServerSocketChannel server = to.listen(target);
                SocketChannel client = from.socket()) {
            client.socket().connect(target, 2000);
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    void machinesReachEachOtherInTheirSegmentAndThroughTheRouter() throws IOException {
        Fabric fabric = Fabric.open(spec, ledger);
        NetworkNamespace first = fabric.connect(node(1));
        NetworkNamespace second = fabric.connect(node(2));
        NetworkNamespace control = fabric.connect(control());
        connects(first, second, "10.44.59.102");
        connects(first, control, "10.44.58.50");
        connects(first, control, "10.44.59.150");
        connects(control, second, "10.44.59.102");
    }

    @Test
    void theHostReachesVirtualIpsAndNothingElse() throws IOException {
        Fabric fabric = Fabric.open(spec, ledger);
        NetworkNamespace balancer = fabric.connect(new Wiring(
                "haproxy-1",
                List.of(new Port("workload", "workload", "10.44.59.2/24", "10.44.59.1", "00:50:56:aa:02:00"))));
        NetworkNamespace node = fabric.connect(node(1));
        Commands.script("ip -n " + balancer.name() + " route add local 10.44.59.64/27 dev lo\n");
        connects(host, balancer, "10.44.59.65");
        connects(node, balancer, "10.44.59.65");
        assertThatThrownBy(() -> connects(host, node, "10.44.59.101")).isInstanceOf(IOException.class);
        Commands.script("ip -n " + host.name() + " route add 10.44.0.0/16 via 10.44.254.1\n"); // insists
        assertThatThrownBy(() -> connects(host, node, "10.44.59.101")).isInstanceOf(IOException.class);
        Commands.script("ip -n " + balancer.name() + " route add local 10.44.70.0/24 dev lo\n");
        fabric.reach(Subnet.parse("10.44.70.0/24"), "10.44.59.2");
        connects(host, balancer, "10.44.70.9");
        connects(node, balancer, "10.44.70.9");
    }

    @Test
    void nothingLeavesTheFabric() {
        Fabric fabric = Fabric.open(spec, ledger);
        NetworkNamespace node = fabric.connect(node(1));
        for (String beyond : List.of("10.44.60.1", "10.44.254.0", "193.0.0.1")) {
            assertThatThrownBy(() -> {
                        try (SocketChannel client = node.socket()) {
                            client.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(beyond), PORT), 2000);
                        }
                    })
                    .as(beyond)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSecondLifeFindsWhatTheFirstOneMade() throws IOException {
        Fabric.open(spec, ledger).connect(node(1));
        List<LedgerEntry> before = ledger.entries();
        Fabric again = Fabric.open(spec, ledger);
        NetworkNamespace kept = again.connect(node(1));
        assertThat(ledger.entries()).isEqualTo(before);
        connects(kept, again.connect(node(2)), "10.44.59.102");
    }

    @Test
    void aMachineThatWasLeftHalfMadeIsMadeAnew() throws IOException {
        Fabric fabric = Fabric.open(spec, ledger);
        ledger.record(new LedgerEntry.Namespace(spec.namespace("vm-1")));
        Commands.script("ip netns add " + spec.namespace("vm-1") + "\n");
        connects(fabric.connect(node(2)), fabric.connect(node(1)), "10.44.59.101");
    }

    private FabricSpec leadingOut() {
        return new FabricSpec(tag, spec.segments(), spec.transit(), spec.reachable(), spec.closed(), spec.host(), true);
    }

    private void inHost(String script) {
        Commands.check(List.of("nsenter", "--net=" + host.path(), "--", "sh", "-e"), script);
    }

    /** The world beyond the host, which counts what it sees of the lab's addresses. */
    private NetworkNamespace outside() {
        NetworkNamespace outside = new NetworkNamespace("ktout-" + tag);
        ledger.record(new LedgerEntry.Namespace(outside.name()));
        Commands.script("ip netns add " + outside.name() + "\n"
                + "ip -n " + outside.name() + " link set lo up\n"
                + "ip -n " + host.name() + " link add uplink type veth peer name eth0 netns " + outside.name() + "\n"
                + "ip -n " + host.name() + " addr add 192.0.2.1/24 dev uplink\n"
                + "ip -n " + host.name() + " link set uplink up\n"
                + "ip -n " + host.name() + " route add default via 192.0.2.2\n"
                + "ip -n " + outside.name() + " addr add 192.0.2.2/24 dev eth0\n"
                + "ip -n " + outside.name() + " addr add 198.51.100.7/32 dev eth0\n"
                + "ip -n " + outside.name() + " link set eth0 up\n"
                + "ip -n " + outside.name() + " route add default via 192.0.2.1\n");
        Commands.check(List.of("nsenter", "--net=" + outside.path(), "--", "nft", "-f", "-"), """
                table ip watch {
                  chain seen {
                    type filter hook prerouting priority -300; policy accept;
                    ip saddr 10.44.0.0/16 counter
                    ip daddr 10.44.0.0/16 counter
                  }
                }
                """);
        return outside;
    }

    private static String peerOf(NetworkStack from, NetworkStack to, String address) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.ofLiteral(address), PORT);
        try (ServerSocketChannel server = to.listen(target);
                SocketChannel client = from.socket()) {
            client.socket().connect(target, 2000);
            try (SocketChannel accepted = server.accept()) {
                return ((InetSocketAddress) accepted.getRemoteAddress())
                        .getAddress()
                        .getHostAddress();
            }
        }
    }

    private static boolean reaches(NetworkStack from, String address) {
        try (SocketChannel client = from.socket()) {
            client.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(address), PORT), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String hostState() {
        return Commands.run(List.of(
                        "nsenter",
                        "--net=" + host.path(),
                        "--",
                        "sh",
                        "-c",
                        "nft list ruleset; ip -4 route show table all; cat /proc/sys/net/ipv4/ip_forward"))
                .output();
    }

    @Test
    void machinesReachTheOutsideByTheHostsAddressAndTheHostIsAsBeforeAfterwards() throws IOException {
        NetworkNamespace outside = outside();
        inHost("echo 1 >/proc/sys/net/ipv4/ip_forward\n");
        String before = hostState();
        Ledger own = Ledger.open(directory.resolve("own"));
        Fabric fabric = Fabric.open(leadingOut(), own);
        NetworkNamespace node = fabric.connect(node(1));

        assertThat(peerOf(node, outside, "198.51.100.7")).isEqualTo("192.0.2.1");
        assertThat(reaches(outside, "10.44.59.101"))
                .as("the outside reaches a machine")
                .isFalse();
        assertThat(reaches(node, "10.44.60.1"))
                .as("an address of the lab's ranges is looked for outside")
                .isFalse();
        inHost("nft flush chain ip kantoku-" + tag + " leave\n"); // nothing is masqueraded: then nothing leaves
        assertThat(reaches(node, "198.51.100.7")).isFalse();
        String seen = Commands.run(List.of("nsenter", "--net=" + outside.path(), "--", "nft", "list", "ruleset"))
                .output();
        assertThat(seen).contains("ip saddr 10.44.0.0/16 counter packets 0 bytes 0");

        assertThat(Cleanup.run(own, Duration.ofSeconds(2)).left()).isEmpty();
        own.close();
        assertThat(hostState()).isEqualTo(before);
    }

    @Test
    void theWayOutCanBeClosedAndOpenedInAnotherLife() throws IOException {
        NetworkNamespace outside = outside();
        inHost("echo 1 >/proc/sys/net/ipv4/ip_forward\n");
        NetworkNamespace node = Fabric.open(leadingOut(), ledger).connect(node(1));
        assertThat(peerOf(node, outside, "198.51.100.7")).isEqualTo("192.0.2.1");
        Fabric.open(spec, ledger);
        assertThat(reaches(node, "198.51.100.7")).isFalse();
        assertThat(hostState()).doesNotContain("kantoku-");
        Fabric.open(leadingOut(), ledger);
        assertThat(peerOf(node, outside, "198.51.100.7")).isEqualTo("192.0.2.1");
    }

    @Test
    void aHostThatDoesNotForwardIsLeftAsItIsAndSaid() {
        inHost("echo 0 >/proc/sys/net/ipv4/ip_forward\n");
        assertThat(Fabric.refusal(leadingOut()))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("net.ipv4.ip_forward is 0", "sysctl -w net.ipv4.ip_forward=1", "--outbound none"));
        assertThat(Fabric.refusal(spec)).isEmpty();
        inHost("echo 1 >/proc/sys/net/ipv4/ip_forward\n");
        assertThat(Fabric.refusal(leadingOut())).isEmpty();
    }

    @Test
    void anAddressIsFoundAtItsNextMachineThoughNeighboursRememberTheFormer() throws Exception {
        Fabric fabric = Fabric.open(spec, ledger);
        NetworkNamespace neighbour = fabric.connect(node(2));
        connects(neighbour, fabric.connect(node(1)), "10.44.59.101");
        fabric.disconnect(node(1));
        Wiring next = new Wiring(
                "vm-3", List.of(new Port("eth0", "workload", "10.44.59.101/24", "10.44.59.1", "00:50:56:aa:09:09")));
        NetworkNamespace machine = fabric.connect(next);
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!neighbours(neighbour).contains("10.44.59.101 lladdr 00:50:56:aa:09:09")) {
            assertThat(System.nanoTime()).as(neighbours(neighbour)).isLessThan(deadline);
            Thread.sleep(20);
        }
        connects(neighbour, machine, "10.44.59.101");
    }

    private static String neighbours(NetworkNamespace machine) {
        return Commands.run(List.of("ip", "-n", machine.name(), "neigh", "show", "dev", "eth0"))
                .output();
    }

    @Test
    void aMachineComesBackAtOnceAfterItWasTakenOff() throws IOException {
        Fabric fabric = Fabric.open(spec, ledger);
        fabric.connect(node(1));
        fabric.disconnect(node(1));
        assertThat(fabric.namespace("vm-1").exists()).isFalse();
        connects(fabric.connect(node(2)), fabric.connect(node(1)), "10.44.59.101");
    }
}
